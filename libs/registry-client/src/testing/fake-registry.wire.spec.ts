import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { digestOf } from '@strata/oci';
import { anIndex } from '@strata/oci/testing';
import { PushError, pushImage } from './push-image.js';
import { CONFIG, DIGEST, IMAGE, MANIFEST, REPOSITORY } from './scene.js';
import { startFakeRegistry, type FakeRegistry } from './start-fake-registry.js';

const INDEX = anIndex({ entries: [IMAGE], attestations: 'classic' });

let fake: FakeRegistry;
beforeEach(async () => {
  fake = await startFakeRegistry();
});
afterEach(() => fake.close());

const at = (path: string) => new URL(`/v2/${path}`, fake.url);
const codeOf = async (response: Response) => {
  const body: unknown = await response.json();
  return `${response.status} ${JSON.stringify(body).match(/"code":"([A-Z_]+)"/)?.[1]}`;
};

describe('a push', () => {
  it('can be read back by tag and by digest, children included', async () => {
    await pushImage(fake.url, REPOSITORY, 'latest', INDEX);
    for (const [reference, { bytes, mediaType, digest }] of [
      ['latest', INDEX],
      [INDEX.digest, INDEX],
      [DIGEST, IMAGE],
    ] as const) {
      const response = await fetch(at(`${REPOSITORY}/manifests/${reference}`));
      expect(response.headers.get('docker-content-digest')).toBe(digest);
      expect(response.headers.get('content-type')).toBe(mediaType);
      expect(Buffer.from(await response.arrayBuffer())).toEqual(Buffer.from(bytes));
      const head = await fetch(at(`${REPOSITORY}/manifests/${reference}`), { method: 'HEAD' });
      expect([head.status, head.headers.get('content-length')]).toEqual([200, String(bytes.byteLength)]);
    }
    expect(Buffer.from(await (await fetch(at(`${REPOSITORY}/blobs/${digestOf(CONFIG)}`))).arrayBuffer())).toEqual(
      CONFIG,
    );
  });

  it('is refused while what it names is missing', async () => {
    const bare = { ...IMAGE, layers: [] }; // the manifest names layers that this push leaves out
    await expect(pushImage(fake.url, REPOSITORY, 'latest', bare)).rejects.toThrow(PushError);
    const childless = { ...INDEX, children: [] };
    await expect(pushImage(fake.url, REPOSITORY, 'latest', childless)).rejects.toThrow('MANIFEST_BLOB_UNKNOWN');
    expect(fake.content.repositories.get(REPOSITORY)?.tags.size ?? 0).toBe(0);
  });

  it('is refused under another digest than its own', async () => {
    const other = digestOf(Buffer.from('other'));
    await expect(pushImage(fake.url, REPOSITORY, other, IMAGE)).rejects.toThrow('DIGEST_INVALID');
    const lie = await fetch(at(`${REPOSITORY}/blobs/uploads/?digest=${other}`), { method: 'POST', body: 'x' });
    expect(await codeOf(lie)).toBe('400 DIGEST_INVALID');
  });

  it('of a blob may come whole, in chunks or by mounting', async () => {
    const digest = digestOf(Buffer.from('hello world'));
    const whole = await fetch(at(`a/blobs/uploads/?digest=${digest}`), { method: 'POST', body: 'hello world' });
    expect(whole.status).toBe(201);
    const started = await fetch(at('b/blobs/uploads/'), { method: 'POST' });
    const location = new URL(started.headers.get('location') ?? '', fake.url);
    expect((await fetch(location, { method: 'PATCH', body: 'hello ' })).headers.get('range')).toBe('0-5');
    expect((await fetch(location, { method: 'PATCH', body: 'wor' })).headers.get('range')).toBe('0-8');
    location.searchParams.set('digest', digest);
    expect((await fetch(location, { method: 'PUT', body: 'ld' })).status).toBe(201);
    const mounted = await fetch(at(`c/blobs/uploads/?mount=${digest}&from=b`), { method: 'POST' });
    expect(mounted.status).toBe(201);
    for (const name of ['a', 'b', 'c']) {
      expect(await (await fetch(at(`${name}/blobs/${digest}`))).text()).toBe('hello world');
    }
    expect(await codeOf(await fetch(at(`d/blobs/${digest}`)))).toBe('404 BLOB_UNKNOWN');
    expect((await fetch(at(`d/blobs/uploads/?mount=${digest}&from=nobody`), { method: 'POST' })).status).toBe(202);
  });

  it('larger than 4 MiB of manifest is refused', async () => {
    const put = (sizeBytes: number) =>
      fetch(at(`${REPOSITORY}/manifests/big`), {
        method: 'PUT',
        headers: { 'content-type': MANIFEST.mediaType },
        body: '{}'.padEnd(sizeBytes),
      });
    expect((await put(4 * 1024 * 1024)).status).toBe(201);
    expect(await codeOf(await put(4 * 1024 * 1024 + 1))).toBe('413 SIZE_INVALID');
  });
});

describe('a delete', () => {
  it('of a tag leaves the manifest; of a manifest takes its tags along', async () => {
    await pushImage(fake.url, REPOSITORY, 'a', IMAGE);
    await pushImage(fake.url, REPOSITORY, 'b', IMAGE);
    const remove = (reference: string) => fetch(at(`${REPOSITORY}/manifests/${reference}`), { method: 'DELETE' });
    expect((await remove('a')).status).toBe(202);
    expect(await codeOf(await fetch(at(`${REPOSITORY}/manifests/a`)))).toBe('404 MANIFEST_UNKNOWN');
    expect((await fetch(at(`${REPOSITORY}/manifests/${DIGEST}`))).status).toBe(200);
    expect((await remove(DIGEST)).status).toBe(202);
    expect(await codeOf(await fetch(at(`${REPOSITORY}/manifests/b`)))).toBe('404 MANIFEST_UNKNOWN');
    expect(await codeOf(await remove(DIGEST))).toBe('404 MANIFEST_UNKNOWN');
  });
});

describe('a listing', () => {
  it('comes in pages that lead to the next', async () => {
    for (const tag of ['c', 'a', 'b']) fake.put(REPOSITORY, tag, MANIFEST);
    for (const name of ['x/1', 'x/2']) fake.put(name, 'a', MANIFEST);
    const first = await fetch(at(`${REPOSITORY}/tags/list?n=2`));
    expect(await first.json()).toEqual({ name: REPOSITORY, tags: ['a', 'b'] });
    expect(first.headers.get('link')).toBe(`</v2/${REPOSITORY}/tags/list?n=2&last=b>; rel="next"`);
    const second = await fetch(at(`${REPOSITORY}/tags/list?n=2&last=b`));
    expect([await second.json(), second.headers.get('link')]).toEqual([{ name: REPOSITORY, tags: ['c'] }, null]);
    expect(await (await fetch(at('_catalog'))).json()).toEqual({ repositories: [REPOSITORY, 'x/1', 'x/2'] });
    expect(await codeOf(await fetch(at('_catalog?n=1001')))).toBe('400 PAGINATION_NUMBER_INVALID');
    expect(await codeOf(await fetch(at('nothing/tags/list')))).toBe('404 NAME_UNKNOWN');
  });
});

describe('a reader', () => {
  it('who does not accept the type gets a 404, as Distribution does it', async () => {
    fake.put(REPOSITORY, '1', MANIFEST);
    const accept = (types: string) => fetch(at(`${REPOSITORY}/manifests/1`), { headers: { accept: types } });
    expect((await accept('application/vnd.docker.distribution.manifest.v2+json')).status).toBe(404);
    expect((await accept(`text/plain, ${MANIFEST.mediaType}; q=0.5`)).status).toBe(200);
  });
});

describe('a token', () => {
  it.each([
    ['pull', 'GET', 200],
    ['pull', 'DELETE', 401],
    ['pull,push', 'DELETE', 401],
    ['delete', 'DELETE', 202],
    ['*', 'DELETE', 202],
    ['push', 'GET', 401],
  ])('for %s makes a %s answer %i', async (actions, method, status) => {
    await fake.close();
    fake = await startFakeRegistry({ auth: { kind: 'token' } });
    fake.put(REPOSITORY, '1', MANIFEST);
    const granted = await (await fetch(new URL(`/token?scope=repository:${REPOSITORY}:${actions}`, fake.url))).text();
    const authorization = `Bearer ${/"token":"([^"]+)"/.exec(granted)?.[1]}`;
    const response = await fetch(at(`${REPOSITORY}/manifests/1`), { method, headers: { authorization } });
    expect(response.status).toBe(status);
  });
});
