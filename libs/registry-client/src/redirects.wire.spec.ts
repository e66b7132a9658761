import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { digestOf } from '@strata/oci';
import type { RegistryErrorCode } from './registry-error.js';
import type { Misbehaviour } from './testing/misbehaviour.js';
import { CONFIG, DIGEST, MANIFEST, REPOSITORY, openScene, refusalOf, type Scene } from './testing/scene.js';
import { startFakeRegistry, type FakeRegistry } from './testing/start-fake-registry.js';
import { startTrap, type Trap } from './testing/start-trap.js';

const CREDENTIALS = { username: 'u', password: 'p' };
const to = (location: URL | string, status = 307): Misbehaviour => ({
  kind: 'answer',
  status,
  headers: { location: String(location) },
});
const answer = (status: number, body = ''): Misbehaviour => ({ kind: 'answer', status, body });

let scene: Scene;
let storage: FakeRegistry;
let trap: Trap;
beforeEach(async () => {
  scene = await openScene({ auth: { kind: 'basic', ...CREDENTIALS } }, {}, { credentials: CREDENTIALS });
  storage = await startFakeRegistry();
  trap = await startTrap();
});
afterEach(async () => {
  await scene.close();
  await storage.close();
  await trap.close();
});
const fetch = () => scene.registry.fetchConfig(REPOSITORY, digestOf(CONFIG));

describe('redirects', () => {
  it.each([301, 302, 303, 307, 308])('are followed to another host without the credentials (%i)', async (status) => {
    scene.fake.misbehave(
      { path: '/blobs/' },
      { kind: 'well' },
      to(new URL('/stored?signature=1', storage.url), status),
    );
    storage.misbehave({}, answer(200, CONFIG.toString()));
    expect(Buffer.from(await fetch())).toEqual(CONFIG);
    expect(scene.fake.requests.map(({ headers }) => headers.authorization?.split(' ')[0])).toEqual([
      undefined,
      'Basic',
    ]);
    expect(storage.requests.map(({ method, path, headers }) => [method, path, headers.authorization])).toEqual([
      ['GET', '/stored?signature=1', undefined],
    ]);
  });

  it('keep the credentials on the registry itself, and never regain them once they left', async () => {
    await fetch();
    scene.fake.forgetRequests();
    scene.fake.misbehave({ path: '/blobs/' }, to('/here'));
    scene.fake.misbehave({ path: '/here' }, to(new URL('/there', storage.url)));
    storage.misbehave({}, to(new URL('/back', scene.fake.url)));
    scene.fake.misbehave({ path: '/back' }, answer(200, CONFIG.toString()));
    await fetch();
    expect(
      scene.fake.requests.map(({ path, headers }) => [path.slice(0, 5), headers.authorization !== undefined]),
    ).toEqual([
      [`/v2/t`, true],
      ['/here', true],
      ['/back', false],
    ]);
    expect(storage.requests[0]?.headers.authorization).toBeUndefined();
  });

  it('are followed three times, not four', async () => {
    const [first, second, third] = ['/a', '/b', '/c'].map((path) => new URL(path, storage.url));
    if (first === undefined || second === undefined || third === undefined) throw new Error('three hops');
    scene.fake.misbehave({ path: '/blobs/' }, to(first));
    storage.misbehave({ path: '/a' }, to(second));
    storage.misbehave({ path: '/b' }, to(third));
    storage.misbehave({ path: '/c' }, answer(200, CONFIG.toString()), to('/d'));
    expect(Buffer.from(await fetch())).toEqual(CONFIG);
    storage.forgetRequests();
    expect((await refusalOf(fetch())).code).toBe('bad-response');
    expect(storage.requests.map(({ path }) => path)).toEqual(['/a', '/b', '/c']);
  });

  it('end a loop', async () => {
    storage.misbehave({}, to('/again'));
    scene.fake.misbehave({ path: '/blobs/' }, to(new URL('/loop', storage.url)));
    expect((await refusalOf(fetch())).code).toBe('bad-response');
    expect(storage.requests).toHaveLength(3);
  });

  it.each<[string, Misbehaviour, RegistryErrorCode]>([
    ['nowhere', { kind: 'answer', status: 307 }, 'bad-response'],
    ['no URL', to('http://[::'), 'bad-response'],
    ['a file', to('file:///etc/passwd'), 'forbidden-address'],
    ['gopher', to('gopher://127.0.0.1/'), 'forbidden-address'],
    ['cloud metadata', to('http://169.254.169.254/latest/meta-data/'), 'forbidden-address'],
    ['cloud metadata over IPv6', to('http://[fd00:ec2::254]/'), 'forbidden-address'],
    ['cloud metadata, mapped', to('http://[::ffff:169.254.169.254]/'), 'forbidden-address'],
  ])('to %s are refused', async (_, step, code) => {
    scene.fake.misbehave({ path: '/blobs/' }, step);
    expect((await refusalOf(fetch())).code).toBe(code);
  });

  it('to a URL with a password are refused before anything is sent', async () => {
    scene.fake.misbehave({ path: '/blobs/' }, to(`http://u:p@127.0.0.1:${trap.port}/`));
    const refusal = await refusalOf(fetch());
    expect(refusal.code).toBe('forbidden-address');
    expect(refusal.message).not.toContain('u:p');
    expect(trap.connections).toBe(0);
  });

  it.each<[number, string]>([
    [401, '{"errors":[{"code":"UNAUTHORIZED"}]}'],
    [403, '<Error>expired</Error>'],
    [404, '{"errors":[{"code":"BLOB_UNKNOWN"}]}'],
    [451, ''],
  ])('prove nothing when the other host answers %i', async (status, body) => {
    scene.fake.misbehave({ path: '/blobs/' }, to(new URL('/stored', storage.url)));
    storage.misbehave({}, answer(status, body));
    expect((await refusalOf(fetch())).code).toBe('unavailable');
  });

  it('never lead to a token: a challenge of another host is not answered', async () => {
    scene.fake.misbehave({ path: '/blobs/' }, to(new URL('/stored', storage.url)));
    const challenge = `Bearer realm="http://127.0.0.1:${trap.port}/token", Basic realm="x"`;
    storage.misbehave({}, { kind: 'answer', status: 401, headers: { 'www-authenticate': challenge } });
    expect((await refusalOf(fetch())).code).toBe('unavailable');
    expect(storage.requests.filter(({ headers }) => headers.authorization !== undefined)).toEqual([]);
    expect(trap.connections).toBe(0);
  });

  it('do not put their signed address into an error', async () => {
    scene.fake.misbehave({ path: '/blobs/' }, to(new URL('/stored?signature=s3cr3t', storage.url)));
    storage.misbehave({}, answer(500));
    expect((await refusalOf(fetch())).message).not.toContain('s3cr3t');
  });

  it('of a manifest are verified like any other answer', async () => {
    scene.fake.misbehave({ path: '/manifests/' }, to(new URL('/stored', storage.url)));
    storage.misbehave({}, answer(200, MANIFEST.bytes.toString()), answer(200, '{"schemaVersion":2}'));
    await expect(scene.registry.fetchManifest(REPOSITORY, DIGEST)).resolves.toMatchObject({ digest: DIGEST });
    expect((await refusalOf(scene.registry.fetchManifest(REPOSITORY, DIGEST))).code).toBe('digest-mismatch');
  });
});
