import { afterEach, describe, expect, it } from '@jest/globals';
import { digestOf } from '@strata/oci';
import type { RegistryErrorCode } from './registry-error.js';
import type { Misbehaviour } from './testing/misbehaviour.js';
import { SIGNED } from './testing/signed-schema1.js';
import { DIGEST, MANIFEST, REPOSITORY, openScene, refusalOf, type Scene } from './testing/scene.js';

let scene: Scene;
afterEach(() => scene.close());

const OTHER = digestOf(Buffer.from('other'));
const saying = (code: string) => JSON.stringify({ errors: [{ code, message: '' }] });
const answer = (status: number, body = '', headers = {}): Misbehaviour => ({ kind: 'answer', status, body, headers });
const asked = () => scene.fake.requests.map(({ method }) => method);

describe('observing a tag', () => {
  it('asks by HEAD alone when HEAD says it all', async () => {
    scene = await openScene();
    expect(await scene.registry.observeTag(REPOSITORY, '1.0')).toEqual({
      digest: DIGEST,
      mediaType: MANIFEST.mediaType,
    });
    expect(asked()).toEqual(['HEAD']);
    expect(scene.fake.requests[0]?.path).toBe(`/v2/${REPOSITORY}/manifests/1.0`);
    expect(scene.fake.requests[0]?.headers.accept).toContain('application/vnd.oci.image.index.v1+json');
  });

  it.each<[string, Misbehaviour]>([
    ['names no digest', answer(200, '', { 'content-type': MANIFEST.mediaType })],
    ['names an ill-formed digest', answer(200, '', { 'docker-content-digest': DIGEST.toUpperCase() })],
    ['names a digest of a web page', answer(200, '', { 'docker-content-digest': OTHER, 'content-type': 'text/html' })],
    ['is not supported', answer(405)],
    ['does not find it', answer(404)],
  ])('computes the digest from GET when HEAD %s', async (_, head) => {
    scene = await openScene();
    scene.fake.misbehave({ method: 'HEAD' }, head);
    expect(await scene.registry.observeTag(REPOSITORY, '1.0')).toEqual({
      digest: DIGEST,
      mediaType: MANIFEST.mediaType,
    });
    expect(asked()).toEqual(['HEAD', 'GET']);
  });

  it('computes with the algorithm that the registry names', async () => {
    scene = await openScene();
    const digest = digestOf(MANIFEST.bytes, 'sha512');
    scene.fake.misbehave({ method: 'HEAD' }, answer(405));
    scene.fake.misbehave(
      { method: 'GET' },
      answer(200, MANIFEST.bytes.toString(), { 'docker-content-digest': digest }),
    );
    expect(await scene.registry.observeTag(REPOSITORY, '1.0')).toEqual({ digest, mediaType: null });
  });

  it.each<[string, Record<string, string>]>([
    ['with', { 'docker-content-digest': SIGNED.digest }],
    ['without', {}],
  ])(
    'computes the digest of a signed schema 1 manifest from its signed part, %s a digest header',
    async (_, headers) => {
      scene = await openScene();
      scene.fake.misbehave({ method: 'HEAD' }, answer(405));
      scene.fake.misbehave(
        { method: 'GET' },
        answer(200, Buffer.from(SIGNED.bytes).toString(), { 'content-type': SIGNED.mediaType, ...headers }),
      );
      expect(await scene.registry.observeTag(REPOSITORY, '1.0')).toEqual({
        digest: SIGNED.digest,
        mediaType: SIGNED.mediaType,
      });
    },
  );

  it('says that a tag is gone only after a GET said so cleanly', async () => {
    scene = await openScene();
    expect(await scene.registry.observeTag(REPOSITORY, '2.0')).toBeNull();
    expect(await scene.registry.observeTag('team/nothing', '2.0')).toBeNull();
    expect(asked()).toEqual(['HEAD', 'GET', 'HEAD', 'GET']);
  });

  it.each<[string, Misbehaviour, RegistryErrorCode]>([
    ['a bare 404', answer(404), 'unavailable'],
    ['a 404 with a web page', answer(404, '<html></html>', { 'content-type': 'text/html' }), 'unavailable'],
    ['a 401', answer(401), 'unauthorized'],
    ['a 403', answer(403), 'unauthorized'],
    ['a 408', answer(408), 'unavailable'],
    ['a 425', answer(425), 'unavailable'],
    ['a 429', answer(429, saying('NAME_UNKNOWN')), 'rate-limited'],
    ['a 451', answer(451, saying('MANIFEST_UNKNOWN')), 'bad-response'],
    ['a 500', answer(500, saying('MANIFEST_UNKNOWN')), 'unavailable'],
    ['a 502', answer(502), 'unavailable'],
    ['a 503', answer(503), 'unavailable'],
    ['a 504', answer(504), 'unavailable'],
    ['a reset', { kind: 'reset' }, 'unavailable'],
    ['an empty 200', answer(200), 'unavailable'],
    ['a 200 with a web page', answer(200, '<html></html>', { 'content-type': 'text/html' }), 'unavailable'],
    ['a 200 with a web page that hides its type', answer(200, '<html></html>'), 'unavailable'],
    ['a 200 with an error', answer(200, saying('MANIFEST_UNKNOWN')), 'unavailable'],
    ['a 200 with some JSON', answer(200, '{"login":"please"}'), 'unavailable'],
    [
      'a 200 whose digest header lies',
      answer(200, MANIFEST.bytes.toString(), { 'docker-content-digest': OTHER }),
      'digest-mismatch',
    ],
  ])('concludes nothing from %s', async (_, step, code) => {
    scene = await openScene();
    scene.fake.misbehave({ method: 'HEAD' }, answer(404));
    scene.fake.misbehave({ method: 'GET' }, step);
    expect((await refusalOf(scene.registry.observeTag(REPOSITORY, '1.0'))).code).toBe(code);
  });

  it.each<[Misbehaviour, RegistryErrorCode, number | null]>([
    [answer(429, '', { 'retry-after': '7' }), 'rate-limited', 7_000],
    [answer(503), 'unavailable', null],
    [answer(403), 'unauthorized', null],
    [{ kind: 'reset' }, 'unavailable', null],
  ])('does not ask again by GET after %j', async (step, code, retryAfterMs) => {
    scene = await openScene();
    scene.fake.misbehave({ method: 'HEAD' }, step);
    expect(await refusalOf(scene.registry.observeTag(REPOSITORY, '1.0'))).toMatchObject({ code, retryAfterMs });
    expect(asked()).not.toContain('GET');
  });
});
