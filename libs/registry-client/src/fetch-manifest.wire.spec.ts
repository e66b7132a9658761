import { afterEach, describe, expect, it } from '@jest/globals';
import { digestOf } from '@strata/oci';
import { openRegistry } from './open-registry.js';
import type { RegistryErrorCode } from './registry-error.js';
import type { Misbehaviour } from './testing/misbehaviour.js';
import { SIGNED } from './testing/signed-schema1.js';
import { CONFIG, DIGEST, MANIFEST, REPOSITORY, openScene, refusalOf, type Scene } from './testing/scene.js';

let scene: Scene;
afterEach(() => scene.close());

const saying = (code: string) => JSON.stringify({ errors: [{ code, message: 'said the registry' }] });
const answer = (status: number, body = '', headers = {}): Misbehaviour => ({ kind: 'answer', status, body, headers });

describe('fetching content by digest', () => {
  it('returns the bytes as served, with the media type without its parameters', async () => {
    scene = await openScene();
    const type = 'Application/Vnd.OCI.image.manifest.v1+json; charset=utf-8';
    scene.fake.misbehave({}, answer(200, MANIFEST.bytes.toString(), { 'content-type': type }));
    const fetched = await scene.registry.fetchManifest(REPOSITORY, DIGEST);
    expect({ ...fetched, bytes: Buffer.from(fetched.bytes) }).toEqual({
      digest: DIGEST,
      bytes: MANIFEST.bytes,
      contentType: MANIFEST.mediaType,
    });
  });

  it('asks for every kind of manifest, unencoded, under our own name and without credentials', async () => {
    scene = await openScene({}, {}, { credentials: { username: 'u', password: 'p' } });
    await scene.registry.fetchManifest(REPOSITORY, DIGEST);
    expect(scene.fake.requests).toHaveLength(1);
    const [request] = scene.fake.requests;
    expect(request?.method).toBe('GET');
    expect(request?.path).toBe(`/v2/${REPOSITORY}/manifests/${DIGEST}`);
    expect(request?.headers['user-agent']).toMatch(/^strata\/\d+\.\d+\.\d+$/);
    expect(request?.headers['accept-encoding']).toBe('identity');
    expect(request?.headers.authorization).toBeUndefined();
    expect(request?.headers.accept?.split(', ')).toEqual([
      'application/vnd.oci.image.index.v1+json',
      'application/vnd.oci.image.manifest.v1+json',
      'application/vnd.docker.distribution.manifest.list.v2+json',
      'application/vnd.docker.distribution.manifest.v2+json',
      'application/vnd.oci.artifact.manifest.v1+json',
      'application/vnd.docker.distribution.manifest.v1+prettyjws',
      'application/vnd.docker.distribution.manifest.v1+json',
    ]);
  });

  it('reads configs as blobs', async () => {
    scene = await openScene();
    expect(Buffer.from(await scene.registry.fetchConfig(REPOSITORY, digestOf(CONFIG)))).toEqual(CONFIG);
    expect(scene.fake.requests.map(({ method, path }) => `${method} ${path}`)).toEqual([
      `GET /v2/${REPOSITORY}/blobs/${digestOf(CONFIG)}`,
    ]);
  });

  it('verifies with the algorithm of the digest that was asked for', async () => {
    scene = await openScene();
    const digest = digestOf(MANIFEST.bytes, 'sha512');
    scene.fake.misbehave({}, answer(200, MANIFEST.bytes.toString()), answer(200, `${MANIFEST.bytes} `));
    await expect(scene.registry.fetchManifest(REPOSITORY, digest)).resolves.toMatchObject({
      digest,
      contentType: null,
    });
    expect((await refusalOf(scene.registry.fetchManifest(REPOSITORY, digest))).code).toBe('digest-mismatch');
  });

  it('knows a signed schema 1 manifest by the hash of its signed part, and returns all of it', async () => {
    scene = await openScene();
    scene.fake.misbehave(
      {},
      answer(200, Buffer.from(SIGNED.bytes).toString(), { 'content-type': SIGNED.mediaType }),
      answer(200, Buffer.from(SIGNED.bytes).toString()),
    );
    const { bytes, contentType } = await scene.registry.fetchManifest(REPOSITORY, SIGNED.digest);
    expect([Buffer.from(bytes), contentType]).toEqual([SIGNED.bytes, SIGNED.mediaType]);
    const unnamed = scene.registry.fetchManifest(REPOSITORY, SIGNED.digest);
    expect((await refusalOf(unnamed)).code).toBe('digest-mismatch');
  });

  it('asks below the path of a base URL', async () => {
    const { fake } = (scene = await openScene());
    const baseUrl = new URL('/mirror/docker/', fake.url);
    const registry = openRegistry({ baseUrl, credentials: null, allowPrivateNetwork: true });
    fake.misbehave({ path: '/mirror/docker/v2/' }, answer(200, MANIFEST.bytes.toString()));
    await registry.fetchManifest(REPOSITORY, DIGEST).finally(() => registry.close());
    expect(fake.requests.map(({ path }) => path)).toEqual([`/mirror/docker/v2/${REPOSITORY}/manifests/${DIGEST}`]);
  });

  it.each(['../../etc', 'A/B', '', 'a//b', '%2e%2e', 'a/', 'а', `a/${'b'.repeat(254)}`, 'a?b', 'a#b'])(
    'asks nothing for the repository name %p',
    async (name) => {
      scene = await openScene();
      await expect(scene.registry.fetchManifest(name, DIGEST)).rejects.toMatchObject({ code: 'invalid-name' });
      await expect(scene.registry.observeTag(REPOSITORY, `${name}/x`)).rejects.toMatchObject({ code: 'invalid-name' });
      expect(scene.fake.requests).toHaveLength(0);
    },
  );
});

describe('what each answer becomes', () => {
  const html = { 'content-type': 'text/html' };
  const cases: readonly [string, Misbehaviour, RegistryErrorCode][] = [
    ['a 404 that says MANIFEST_UNKNOWN', answer(404, saying('MANIFEST_UNKNOWN')), 'not-found'],
    ['a 404 that says NAME_UNKNOWN', answer(404, saying('NAME_UNKNOWN')), 'not-found'],
    ['a 404 that says BLOB_UNKNOWN', answer(404, saying('BLOB_UNKNOWN')), 'not-found'],
    ['a 404 that says NOT_FOUND, as Harbor does', answer(404, saying('NOT_FOUND')), 'not-found'],
    ['a 404 that says something else', answer(404, saying('UNSUPPORTED')), 'unavailable'],
    ['a 404 that says both', answer(404, '{"errors":[{"code":"NAME_UNKNOWN"},{"code":"DENIED"}]}'), 'unavailable'],
    ['a 404 without a body', answer(404), 'unavailable'],
    ['a 404 with a web page', answer(404, '<h1>MANIFEST_UNKNOWN</h1>', html), 'unavailable'],
    ['a 404 with no errors in its list', answer(404, '{"errors":[]}'), 'unavailable'],
    ['a 404 with a list of something else', answer(404, '{"errors":["MANIFEST_UNKNOWN"]}'), 'unavailable'],
    ['a 404 that is cut short', answer(404, saying('MANIFEST_UNKNOWN').slice(0, -1)), 'unavailable'],
    ['a 401 without a challenge', answer(401, saying('UNAUTHORIZED')), 'unauthorized'],
    ['a 403', answer(403, saying('DENIED')), 'unauthorized'],
    ['a 408', answer(408), 'unavailable'],
    ['a 425', answer(425), 'unavailable'],
    ['a 429', answer(429, saying('TOOMANYREQUESTS')), 'rate-limited'],
    ['a 451', answer(451), 'bad-response'],
    ['a 400', answer(400, saying('NAME_INVALID')), 'bad-response'],
    ['a 405', answer(405), 'unsupported'],
    ['a 501', answer(501), 'unsupported'],
    ['a 410', answer(410, saying('MANIFEST_UNKNOWN')), 'bad-response'],
    ['a 500', answer(500), 'unavailable'],
    ['a 502', answer(502, '<html>', html), 'unavailable'],
    ['a 503', answer(503, saying('MANIFEST_UNKNOWN')), 'unavailable'],
    ['a 504', answer(504), 'unavailable'],
    ['a 204', answer(204), 'bad-response'],
    ['a 304', answer(304), 'bad-response'],
    ['a reset', { kind: 'reset' }, 'unavailable'],
    ['a body that is cut', { kind: 'cut', promisedBytes: 500, body: '{"schemaVersion"' }, 'unavailable'],
    ['an empty 200', answer(200), 'unavailable'],
    ['a 200 with a web page', answer(200, '<html>please log in</html>', html), 'unavailable'],
    ['a 200 with an error', answer(200, saying('MANIFEST_UNKNOWN')), 'unavailable'],
    ['a 200 with other bytes', answer(200, '{"schemaVersion":2}'), 'digest-mismatch'],
    ['a 200 that is compressed all the same', answer(200, 'x', { 'content-encoding': 'gzip' }), 'bad-response'],
    ['500 encodings', answer(200, 'x', { 'content-encoding': 'gzip,'.repeat(500) }), 'bad-response'],
    ['headers without end', answer(200, 'x', { 'x-long': 'x'.repeat(20_000) }), 'bad-response'],
  ];

  it.each(cases)('%s is told as such', async (_, step, code) => {
    scene = await openScene();
    scene.fake.misbehave({}, step);
    expect((await refusalOf(scene.registry.fetchManifest(REPOSITORY, DIGEST))).code).toBe(code);
    expect((await refusalOf(scene.registry.fetchConfig(REPOSITORY, digestOf(CONFIG)))).code).toBe(code);
  });

  it('tells a registry that is not there as unavailable', async () => {
    scene = await openScene();
    await scene.fake.close();
    expect((await refusalOf(scene.registry.fetchManifest(REPOSITORY, DIGEST))).code).toBe('unavailable');
    scene = await openScene();
  });

  it('passes on how long to wait, and nothing of the body but its codes', async () => {
    scene = await openScene();
    const body = JSON.stringify({
      errors: [{ code: 'TOOMANYREQUESTS', message: 'your token is s3cr3t' }, { code: 's3cr3t' }, { code: 'SECRET' }],
    });
    scene.fake.misbehave({}, answer(429, body, { 'retry-after': '30' }), answer(503, '', { 'retry-after': 'soon' }));
    const limited = await refusalOf(scene.registry.fetchManifest(REPOSITORY, DIGEST));
    expect(limited).toMatchObject({ status: 429, retryAfterMs: 30_000 });
    expect(limited.message).toContain('429 (TOOMANYREQUESTS, OTHER, OTHER)');
    expect(limited.message).not.toContain('s3cr3t');
  });

  it('recognises a clean 404 in at most 16 KiB of body', async () => {
    scene = await openScene();
    const padded = (sizeBytes: number) => saying('MANIFEST_UNKNOWN').padEnd(sizeBytes, ' ');
    scene.fake.misbehave({}, answer(404, padded(16 * 1024)), {
      kind: 'answer',
      status: 404,
      body: `{"errors":[{"code":"NAME_UNKNOWN","message":"${'x'.repeat(16 * 1024)}"}]}`,
    });
    expect((await refusalOf(scene.registry.fetchManifest(REPOSITORY, DIGEST))).code).toBe('not-found');
    expect((await refusalOf(scene.registry.fetchManifest(REPOSITORY, DIGEST))).code).toBe('unavailable');
  });
});
