import { afterEach, describe, expect, it } from '@jest/globals';
import { MEDIA_TYPES, type Descriptor } from '@strata/oci';
import { anArtifact } from '@strata/oci/testing';
import type { RegistryErrorCode } from './registry-error.js';
import type { Misbehaviour } from './testing/misbehaviour.js';
import { DIGEST, IMAGE, REPOSITORY, openScene, refusalOf, type Scene } from './testing/scene.js';

let scene: Scene;
afterEach(() => scene.close());

const TAG = DIGEST.replace(':', '-');
const SPDX = 'application/spdx+json';
const index = { 'content-type': MEDIA_TYPES.ociIndex };
const descriptor = { mediaType: MEDIA_TYPES.ociManifest, digest: DIGEST, size: 1 };
const answer = (status: number, body = '', headers = {}): Misbehaviour => ({ kind: 'answer', status, body, headers });
const asked = () =>
  scene.fake.requests.map(({ method, path }) => `${method} ${path.replace(`/v2/${REPOSITORY}/`, '')}`);
const list = (artifactType?: string) =>
  scene.registry.listReferrers(REPOSITORY, DIGEST, artifactType === undefined ? {} : { artifactType });

async function pagesOf(pages: AsyncIterable<readonly Descriptor[]>): Promise<readonly Descriptor[][]> {
  const all: Descriptor[][] = [];
  for await (const page of pages) all.push([...page]);
  return all;
}
const digestsOf = async (pages: AsyncIterable<readonly Descriptor[]>) =>
  (await pagesOf(pages)).flat().map(({ digest }) => digest);

/** Puts artifacts about the scene's image, a signature and three SBOMs, whose digests it returns. */
function putArtifacts(): readonly string[] {
  const sboms = ['a', 'b', 'c'].map((seed) => anArtifact({ seed, subject: IMAGE, annotations: { seed } }));
  const other = anArtifact({ seed: 'd', subject: IMAGE, artifactType: 'application/vnd.example.signature' });
  for (const artifact of [...sboms, other]) {
    scene.fake.put(REPOSITORY, null, { mediaType: artifact.mediaType, bytes: Buffer.from(artifact.bytes) });
  }
  return sboms.map(({ digest }) => digest).sort();
}

/** Puts a list under the referrers tag. */
function putList(mediaType: string = MEDIA_TYPES.ociIndex): void {
  const manifests = ['a', 'b'].map((seed, at) => {
    return { ...descriptor, size: at, artifactType: at === 0 ? SPDX : 'x/y', annotations: { seed } };
  });
  scene.fake.put(REPOSITORY, TAG, { mediaType, bytes: Buffer.from(JSON.stringify({ schemaVersion: 2, manifests })) });
}

describe('referrers', () => {
  it('are listed page by page, with type and annotations', async () => {
    scene = await openScene();
    const sboms = putArtifacts();
    scene.fake.pageAs({ cap: 2 });
    const pages = await pagesOf(list());
    expect(pages.map((page) => page.length)).toEqual([2, 2]);
    const listed = pages.flat().filter(({ artifactType }) => artifactType === SPDX);
    expect(listed.map(({ digest }) => digest)).toEqual(sboms);
    expect(listed[0]?.annotations.get('seed')).toMatch(/^[abc]$/);
    expect(asked()[0]).toBe(`GET referrers/${DIGEST}`);
    expect(scene.fake.requests[0]?.headers.accept).toBe(MEDIA_TYPES.ociIndex);
  });

  it('of one type are asked for as such, and picked out where the registry does not', async () => {
    scene = await openScene();
    const sboms = putArtifacts();
    expect(await digestsOf(list(SPDX))).toEqual(sboms);
    expect(asked()).toEqual([`GET referrers/${DIGEST}?artifactType=${encodeURIComponent(SPDX)}`]);
    const both = ['a/b', SPDX].map((artifactType) => ({ ...descriptor, artifactType }));
    scene.fake.misbehave({}, answer(200, JSON.stringify({ manifests: both }), index));
    expect((await pagesOf(list(SPDX))).flat().map(({ artifactType }) => artifactType)).toEqual([SPDX]);
  });

  it('of nothing known are an empty list', async () => {
    scene = await openScene();
    expect(await pagesOf(list())).toEqual([[]]);
    expect(asked()).toHaveLength(1);
  });

  it.each<[string, Misbehaviour]>([
    ['a 404', answer(404, '404 page not found')],
    ['a 400', answer(400)],
    ['a 405', answer(405)],
    ['a 406', answer(406)],
    ['a web page', answer(200, '<html>', { 'content-type': 'text/html' })],
    ['another type', answer(200, '{}', { 'content-type': 'application/json' })],
  ])('are found under their tag where the registry answers %s, which is remembered for a day', async (_, step) => {
    let nowMs = 1_000_000;
    scene = await openScene({}, { now: () => nowMs });
    putList();
    scene.fake.misbehave({ path: '/referrers/' }, step);
    expect((await pagesOf(list())).flat()).toHaveLength(2);
    expect((await pagesOf(list(SPDX))).flat().map(({ artifactType }) => artifactType)).toEqual([SPDX]);
    expect(asked()).toEqual([`GET referrers/${DIGEST}`, `GET manifests/${TAG}`, `GET manifests/${TAG}`]);
    nowMs += 24 * 60 * 60_000;
    await pagesOf(list());
    expect(asked()[3]).toBe(`GET referrers/${DIGEST}`);
  });

  it('are found under their tag where the registry sends us to its website', async () => {
    scene = await openScene();
    putList();
    scene.fake.misbehave({ path: '/referrers/' }, answer(303, '', { location: '/website' }));
    scene.fake.misbehave({ path: '/website' }, answer(200, '<html>', { 'content-type': 'text/html' }));
    expect((await pagesOf(list())).flat()).toHaveLength(2);
  });

  it.each<[string, () => void]>([
    ['no such tag', () => undefined],
    ['a tag that is no list', () => putList('application/vnd.oci.image.manifest.v1+json')],
  ])('are none with %s', async (_, prepare) => {
    scene = await openScene();
    scene.fake.pageAs({ lacksReferrers: true });
    prepare();
    expect((await pagesOf(list())).flat()).toEqual([]);
  });

  it('of a repository that is not there say nothing about the API', async () => {
    scene = await openScene();
    scene.fake.misbehave({ path: '/referrers/' }, answer(404, '{"errors":[{"code":"NAME_UNKNOWN"}]}'), {
      kind: 'well',
    });
    await pagesOf(list());
    await pagesOf(list());
    expect(scene.fake.counts()).toEqual({ referrers: 2, 'manifest-get': 1 });
  });

  it.each<[string, Misbehaviour, RegistryErrorCode]>([
    ['a 401', answer(401), 'unauthorized'],
    ['a 429', answer(429), 'rate-limited'],
    ['a 500', answer(500), 'unavailable'],
    ['half a list', answer(200, '{"manifests":[', index), 'unavailable'],
    ['no list', answer(200, '{}', index), 'unavailable'],
    ['an empty body', answer(200, '', index), 'unavailable'],
    [
      'a digest that is none',
      answer(200, JSON.stringify({ manifests: [{ ...descriptor, digest: 'x' }] }), index),
      'bad-response',
    ],
    [
      'a size that is none',
      answer(200, JSON.stringify({ manifests: [{ ...descriptor, size: -1 }] }), index),
      'bad-response',
    ],
  ])('are an error after %s', async (_, step, code) => {
    scene = await openScene();
    scene.fake.misbehave({ path: '/referrers/' }, step);
    expect((await refusalOf(pagesOf(list()))).code).toBe(code);
    scene.fake.behave();
    scene.fake.pageAs({ lacksReferrers: true });
    scene.fake.misbehave({ path: `/manifests/${TAG}` }, step);
    expect((await refusalOf(pagesOf(list()))).code).toBe(code);
  });

  it('that go in a circle are an error', async () => {
    scene = await openScene();
    scene.fake.misbehave({}, answer(200, '{"manifests":[]}', { ...index, link: '<?p=1>; rel="next"' }));
    expect((await refusalOf(pagesOf(list()))).message).toContain('circle');
  });
});
