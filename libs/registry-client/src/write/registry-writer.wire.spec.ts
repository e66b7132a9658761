import { describe, expect, it } from '@jest/globals';
import { digestOf } from '@strata/oci';
import { anImage, anIndex } from '@strata/oci/testing';
import { DIGEST, MANIFEST, refusalOf, REPOSITORY } from '../testing/scene.js';
import { blobOf, SMALL, WRITER, writingScene } from '../testing/writing-scene.js';

describe('a manifest', () => {
  const image = anImage({ seed: 'scene' });
  const manifest = { digest: image.digest, mediaType: image.mediaType, bytes: Buffer.from(image.bytes) };

  it('is put under its digest or a tag, and read back by digest', async () => {
    const { fake, writer, writes } = await writingScene();
    fake.forgetRequests();
    for (const layer of image.layers) fake.putBlob(REPOSITORY, layer.bytes);
    await writer.putManifest(REPOSITORY, null, manifest);
    await writer.putManifest(REPOSITORY, '2.0', manifest);
    expect(writes()).toEqual([
      expect.stringMatching(/^PUT \/v2\/team\/app\/manifests\/sha256:/),
      'PUT /v2/team/app/manifests/2.0',
    ]);
    expect(fake.counts()).toMatchObject({ 'manifest-get': 2 });
    expect(await writer.observeTag(REPOSITORY, '2.0')).toMatchObject({ digest: image.digest });
    expect(await writer.holdsManifest(REPOSITORY, digestOf(SMALL))).toBe(false);
  });

  it('that names what is not there is refused, and no tag is made', async () => {
    const { fake, writer } = await writingScene();
    const index = anIndex({ entries: [anImage({ seed: 'elsewhere' })] });
    const refusal = await refusalOf(
      writer.putManifest(REPOSITORY, 'broken', { ...index, bytes: Buffer.from(index.bytes) }),
    );
    expect([refusal.code, refusal.message]).toEqual(['bad-response', expect.stringContaining('MANIFEST_BLOB_UNKNOWN')]);
    expect(fake.content.repositories.get(REPOSITORY)?.tags.has('broken')).toBe(false);
  });

  it('that is not served afterwards is asked for again, and then an error', async () => {
    const slept: number[] = [];
    const { fake, writer } = await writingScene(
      { checkReferences: false },
      { sleep: async (delayMs) => void slept.push(delayMs) },
    );
    const gone = { kind: 'answer', status: 404, body: '{"errors":[{"code":"MANIFEST_UNKNOWN"}]}' } as const;
    fake.misbehave({ method: 'GET', path: '/manifests/' }, gone, { kind: 'well' });
    await writer.putManifest(REPOSITORY, '2.0', { ...MANIFEST, digest: DIGEST });
    fake.misbehave({ method: 'GET', path: '/manifests/' }, gone);
    expect(await refusalOf(writer.putManifest(REPOSITORY, '2.0', { ...MANIFEST, digest: DIGEST }))).toMatchObject({
      code: 'unavailable',
    });
    expect(slept).toEqual([500, 500, 2_000]);
  });

  it('that the registry takes for another is an error', async () => {
    const { fake, writer } = await writingScene();
    const headers = { 'docker-content-digest': digestOf(SMALL) };
    fake.misbehave({ method: 'PUT' }, { kind: 'answer', status: 201, headers });
    expect(await refusalOf(writer.putManifest(REPOSITORY, 'x', { ...MANIFEST, digest: DIGEST }))).toMatchObject({
      code: 'digest-mismatch',
    });
  });
});

describe('a writer', () => {
  it('asks for a token that allows pushing to this repository, and for reading the other when it mounts', async () => {
    const { fake, writer } = await writingScene({ auth: { kind: 'token', credentials: WRITER } });
    await writer.uploadBlob('team/new', blobOf(SMALL));
    const digest = fake.putBlob(REPOSITORY, Buffer.from('another'));
    expect(await writer.mountBlob('team/new', digest, REPOSITORY)).toBe(true);
    const scopes = fake.requests
      .filter(({ path }) => path.startsWith('/token'))
      .map(({ path }) => new URL(path, fake.url).searchParams.getAll('scope'));
    expect(scopes).toContainEqual(['repository:team/new:pull,push']);
    expect(scopes).toContainEqual(['repository:team/new:pull,push', `repository:${REPOSITORY}:pull`]);
  });

  it('is refused without the right password, before anything is sent', async () => {
    const { fake, writer } = await writingScene({ auth: { kind: 'basic', username: 'writer', password: 'another' } });
    expect(await refusalOf(writer.uploadBlob('team/new', blobOf(SMALL)))).toMatchObject({ code: 'unauthorized' });
    expect(fake.content.blobs.has(digestOf(SMALL))).toBe(false);
  });

  it('waits when it is asked to, and sends the same again', async () => {
    const slept: number[] = [];
    const sleep = async (delayMs: number) => void slept.push(delayMs);
    let nowMs = 1_000_000;
    const { fake, writer } = await writingScene(
      {},
      { sleep: async (delayMs) => void ((nowMs += delayMs), await sleep(delayMs)), now: () => nowMs },
    );
    const later = { kind: 'answer', status: 429, headers: { 'retry-after': '7' } } as const;
    fake.misbehave({ method: 'PUT', path: '/uploads/' }, later, { kind: 'well' });
    await writer.uploadBlob('team/new', blobOf(SMALL));
    expect(fake.content.blobs.has(digestOf(SMALL))).toBe(true);
    expect(slept).toEqual([7_000]);
  });

  it('gives up on a registry that wants more than a minute, and takes back what it began', async () => {
    const { fake, writer } = await writingScene();
    const later = { kind: 'answer', status: 429, headers: { 'retry-after': '70' } } as const;
    fake.misbehave({ method: 'PUT', path: '/uploads/' }, later);
    expect(await refusalOf(writer.uploadBlob('team/new', blobOf(SMALL)))).toMatchObject({
      code: 'rate-limited',
      retryAfterMs: expect.any(Number),
    });
  });

  it.each<[number, string, string]>([
    [403, 'DENIED', 'unauthorized'],
    [404, 'NAME_UNKNOWN', 'not-found'],
    [405, 'UNSUPPORTED', 'unsupported'],
    [413, 'SIZE_INVALID', 'too-large'],
    [400, 'MANIFEST_INVALID', 'bad-response'],
    [507, 'UNKNOWN', 'unavailable'],
    [307, 'UNKNOWN', 'bad-response'],
  ])('says what %d (%s) means: %s', async (status, word, code) => {
    const { fake, writer } = await writingScene();
    const body = JSON.stringify({ errors: [{ code: word, message: 'may write' }] });
    fake.misbehave({ method: 'PUT' }, { kind: 'answer', status, body, headers: { location: 'http://127.0.0.1:1/' } });
    const refusal = await refusalOf(writer.putManifest(REPOSITORY, 'x', { ...MANIFEST, digest: DIGEST }));
    expect(refusal.code).toBe(code);
    expect(refusal.message).not.toContain('may write');
  });

  it('sends its credentials to no other origin, and goes on nowhere that is refused', async () => {
    const { fake, writer } = await writingScene({ auth: { kind: 'basic', ...WRITER } });
    const other = await writingScene();
    const goOnAt = (location: string) =>
      fake.misbehave({ method: 'POST' }, { kind: 'answer', status: 202, headers: { location } });
    await writer.holdsBlob(REPOSITORY, DIGEST); // it knows now how it must ask
    goOnAt(new URL('/v2/team/new/blobs/uploads/x', other.fake.url).href);
    await refusalOf(writer.uploadBlob('team/new', blobOf(SMALL)));
    expect(other.fake.requests.length).toBeGreaterThan(0);
    expect(other.fake.requests.every(({ headers }) => headers.authorization === undefined)).toBe(true);
    for (const location of ['ftp://127.0.0.1/x', 'http://user:pass@127.0.0.1/x']) {
      goOnAt(location);
      const refusal = await refusalOf(writer.uploadBlob('team/new', blobOf(SMALL)));
      expect(refusal.code).toBe('forbidden-address');
    }
    goOnAt('');
    expect(await refusalOf(writer.uploadBlob('team/new', blobOf(SMALL)))).toMatchObject({ code: 'bad-response' });
  });

  it.each([
    ['a repository', '../x', 'v1'],
    ['a tag', 'team/app', '../x'],
  ])('asks nothing under a name that is not %s', async (_, repository, tag) => {
    const { fake, writer } = await writingScene();
    fake.forgetRequests();
    const refusal = await refusalOf(
      Promise.resolve().then(() => writer.putManifest(repository, tag, { ...MANIFEST, digest: DIGEST })),
    );
    expect([refusal.code, fake.requests.length]).toEqual(['invalid-name', 0]);
  });
});
