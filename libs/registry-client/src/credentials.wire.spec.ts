import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { openCredentials } from './credentials/open-credentials.js';
import type { Credentials } from './credentials/credentials.js';
import type { Misbehaviour } from './testing/misbehaviour.js';
import { DIGEST, REPOSITORY, openScene, refusalOf, type Scene } from './testing/scene.js';
import { startTrap } from './testing/start-trap.js';

const CREDENTIALS = { username: 'u', password: 's3cr3t' };
const IDENTITY = 'identity-s3cr3t';
const never = new AbortController().signal;
const answer = (status: number, headers = {}): Misbehaviour => ({ kind: 'answer', status, headers });

let folder: string;
let scene: Scene;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'strata-credentials-'));
});
afterAll(() => rmSync(folder, { recursive: true }));
afterEach(() => scene?.close());

const fetch = () => scene.registry.fetchManifest(REPOSITORY, DIGEST);
const tokensAsked = () => scene.fake.requests.filter(({ path }) => path.startsWith('/token'));
const forms = () => tokensAsked().map(({ form }) => Object.fromEntries(new URLSearchParams(form ?? '')));
const asked = () =>
  scene.fake.requests.map(
    ({ method, path, headers }) => `${method} ${path.split(/[?/]/)[1]} ${headers.authorization?.split(' ')[0] ?? '-'}`,
  );

/** A Docker configuration with this password for whatever registry the scene has. */
function writeConfig(entry: object | null): string {
  const path = join(folder, 'config.json');
  const host = scene?.fake.url.host ?? '';
  writeFileSync(path, JSON.stringify({ auths: entry === null ? {} : { [`http://${host}/v1/`]: entry } }));
  return path;
}
const auth = ({ username, password }: typeof CREDENTIALS) => ({
  auth: Buffer.from(`${username}:${password}`).toString('base64'),
});

describe('an identity token', () => {
  it('is exchanged by POST, in a form, and goes nowhere else', async () => {
    scene = await openScene(
      { auth: { kind: 'token', identityToken: IDENTITY } },
      {},
      {
        credentials: { identityToken: IDENTITY },
      },
    );
    await expect(fetch()).resolves.toMatchObject({ digest: DIGEST });
    expect(asked()).toEqual(['GET v2 -', 'POST token -', 'GET v2 Bearer']);
    expect(tokensAsked()[0]?.path).toBe('/token');
    expect(forms()).toEqual([
      {
        grant_type: 'refresh_token',
        refresh_token: IDENTITY,
        client_id: 'strata',
        service: 'fake registry',
        scope: `repository:${REPOSITORY}:pull`,
      },
    ]);
  });

  it('that is refused is not asked with again', async () => {
    scene = await openScene(
      { auth: { kind: 'token', identityToken: 'other' } },
      {},
      {
        credentials: { identityToken: IDENTITY },
      },
    );
    const refusal = await refusalOf(fetch());
    expect(refusal.code).toBe('unauthorized');
    expect(`${refusal.stack} ${String(refusal.cause)}`).not.toContain('s3cr3t');
    expect(asked()).toEqual(['GET v2 -', 'POST token -']);
  });

  it('is nothing for a registry that wants Basic', async () => {
    scene = await openScene(
      { auth: { kind: 'basic', ...CREDENTIALS } },
      {},
      { credentials: { identityToken: IDENTITY } },
    );
    expect((await refusalOf(fetch())).code).toBe('unauthorized');
    expect(asked()).toEqual(['GET v2 -']);
  });
});

describe('a password', () => {
  it('is posted where the token server serves no GET', async () => {
    scene = await openScene(
      { auth: { kind: 'token', credentials: CREDENTIALS, method: 'POST' } },
      {},
      {
        credentials: CREDENTIALS,
      },
    );
    await expect(fetch()).resolves.toMatchObject({ digest: DIGEST });
    expect(asked()).toEqual(['GET v2 -', 'GET token Basic', 'POST token -', 'GET v2 Bearer']);
    expect(forms()[1]).toMatchObject({ grant_type: 'password', ...CREDENTIALS });
  });

  it('is not posted after a refusal', async () => {
    scene = await openScene(
      { auth: { kind: 'token', credentials: CREDENTIALS } },
      {},
      {
        credentials: { ...CREDENTIALS, password: 'wrong' },
      },
    );
    await refusalOf(fetch());
    expect(asked()).toEqual(['GET v2 -', 'GET token Basic']);
  });
});

describe('a form', () => {
  const open = () =>
    openScene({ auth: { kind: 'token', identityToken: IDENTITY } }, {}, { credentials: { identityToken: IDENTITY } });

  it.each([301, 302, 303, 307, 308])('follows no redirect to another origin (%i): 0 bytes sent', async (status) => {
    scene = await open();
    const trap = await startTrap();
    scene.fake.misbehave({ path: '/token' }, answer(status, { location: `http://127.0.0.1:${trap.port}/token` }));
    expect((await refusalOf(fetch())).code).toBe('forbidden-address');
    expect({ connections: trap.connections, bytes: trap.receivedBytes }).toEqual({ connections: 0, bytes: 0 });
    await trap.close();
  });

  it.each([307, 308])('is posted again where the token server sends it within its origin (%i)', async (status) => {
    scene = await open();
    scene.fake.misbehave({ path: /^\/token$/ }, answer(status, { location: '/token?again' }));
    await expect(fetch()).resolves.toMatchObject({ digest: DIGEST });
    expect(forms()[1]).toMatchObject({ refresh_token: IDENTITY });
  });

  it.each([301, 302, 303])('is not turned into a GET (%i)', async (status) => {
    scene = await open();
    scene.fake.misbehave({ path: /^\/token$/ }, answer(status, { location: '/token?again' }));
    expect((await refusalOf(fetch())).code).toBe('bad-response');
    expect(tokensAsked()).toHaveLength(1);
  });
});

describe('a Docker configuration', () => {
  it('gives the password of its registry', async () => {
    scene = await openScene(
      { auth: { kind: 'basic', ...CREDENTIALS } },
      {},
      {
        credentials: { dockerConfig: join(folder, 'config.json') },
      },
    );
    writeConfig(auth(CREDENTIALS));
    await expect(fetch()).resolves.toMatchObject({ digest: DIGEST });
    expect(asked()).toEqual(['GET v2 -', 'GET v2 Basic']);
  });

  it('gives a registry token, which is sent as it stands', async () => {
    scene = await openScene(
      { auth: { kind: 'token' } },
      {},
      { credentials: { dockerConfig: join(folder, 'config.json') } },
    );
    writeConfig({ registrytoken: scene.fake.issueToken() });
    await expect(fetch()).resolves.toMatchObject({ digest: DIGEST });
    expect(asked()).toEqual(['GET v2 -', 'GET v2 Bearer']);
    scene.fake.revokeTokens();
    expect((await refusalOf(fetch())).code).toBe('unauthorized');
    writeConfig({ registrytoken: scene.fake.issueToken() });
    await expect(fetch()).resolves.toMatchObject({ digest: DIGEST });
    expect(tokensAsked()).toEqual([]);
  });

  it.each(['basic', 'token'] as const)('is read again when what it held is refused (%s)', async (kind) => {
    scene = await openScene(
      { auth: kind === 'basic' ? { kind, ...CREDENTIALS } : { kind, credentials: CREDENTIALS } },
      {},
      { credentials: { dockerConfig: join(folder, 'config.json') } },
    );
    writeConfig(auth({ ...CREDENTIALS, password: 'old' }));
    expect((await refusalOf(fetch())).code).toBe('unauthorized');
    writeConfig(auth(CREDENTIALS));
    await expect(fetch()).resolves.toMatchObject({ digest: DIGEST });
  });

  it('without an entry for its registry leaves us anonymous', async () => {
    scene = await openScene(
      { auth: { kind: 'token' } },
      {},
      { credentials: { dockerConfig: join(folder, 'config.json') } },
    );
    writeConfig(null);
    await expect(fetch()).resolves.toMatchObject({ digest: DIGEST });
    expect(asked()).toEqual(['GET v2 -', 'GET token -', 'GET v2 Bearer']);
  });

  it.each([
    ['is not there', null],
    ['is something else', 's3cr3t'],
    ['is longer than a mebibyte', ' '.repeat(1024 * 1024 + 1)],
  ])('that %s is unauthorized, without a word of it', async (_, text) => {
    const path = join(folder, 'other.json');
    if (text !== null) writeFileSync(path, text);
    scene = await openScene({ auth: { kind: 'basic', ...CREDENTIALS } }, {}, { credentials: { dockerConfig: path } });
    const refusal = await refusalOf(fetch());
    expect(refusal).toMatchObject({ code: 'unauthorized', message: expect.stringContaining(path) });
    expect(`${refusal.stack} ${String(refusal.cause)}`).not.toContain('s3cr3t');
  });
});

describe('what a file or a helper gave', () => {
  const secret = (token: string): Credentials => ({ kind: 'identity-token', token });

  it('is believed for ten minutes and asked for once by all who wait', async () => {
    let nowMs = 0;
    const helped: string[] = [];
    const store = openCredentials({ credentialHelper: 'x' }, new URL('https://registry-1.docker.io'), {
      now: () => nowMs,
      askHelper: async (helper, serverKey) => {
        helped.push(`${helper} ${serverKey}`);
        return secret(String(helped.length));
      },
    });
    expect(await Promise.all([store.get(never), store.get(never)])).toEqual([secret('1'), secret('1')]);
    nowMs = 10 * 60_000 - 1;
    expect(await store.get(never)).toEqual(secret('1'));
    nowMs += 1;
    expect(await store.get(never)).toEqual(secret('2'));
    expect(helped).toEqual(['x docker.io', 'x docker.io']);
  });

  it('is asked for again when it was refused, but not for one who used an older one', async () => {
    let given = 'a';
    const asked: string[] = [];
    const store = openCredentials({ credentialHelper: 'x' }, new URL('https://h'), {
      now: () => 0,
      askHelper: async () => {
        asked.push(given);
        return secret(given);
      },
    });
    await store.get(never);
    expect(await store.renew(secret('a'), never)).toBeNull();
    given = 'b';
    expect(await store.renew(secret('a'), never)).toEqual(secret('b'));
    expect(await store.renew(secret('a'), never)).toEqual(secret('b'));
    expect(asked).toEqual(['a', 'a', 'b']);
  });

  it('comes from the helper first and from the file where the helper knows nothing', async () => {
    const path = join(folder, 'both.json');
    writeFileSync(path, JSON.stringify({ credHelpers: { h: 'one' }, auths: { h: auth(CREDENTIALS) } }));
    const storeWith = (known: Credentials | null) =>
      openCredentials({ dockerConfig: path }, new URL('https://h'), { now: () => 0, askHelper: async () => known });
    expect(await storeWith(secret('t')).get(never)).toEqual(secret('t'));
    expect(await storeWith(null).get(never)).toEqual({ kind: 'password', ...CREDENTIALS });
  });
});
