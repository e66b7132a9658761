import diagnostics from 'node:diagnostics_channel';
import type { LookupFunction } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { CredentialSource } from './credentials/credentials.js';
import { openRegistry } from './open-registry.js';
import type { RegistryErrorCode } from './registry-error.js';
import type { Registry } from './registry.js';
import { DIGEST, MANIFEST, REPOSITORY, refusalOf } from './testing/scene.js';
import { selfSigned } from './testing/self-signed-certificate.js';
import { startFakeRegistry, type FakeRegistry } from './testing/start-fake-registry.js';
import { startTrap, type Trap } from './testing/start-trap.js';

// Names under which a registry, an allowed token server and a hostile one answer over TLS, all on loopback.
const tls = selfSigned('registry.example', 'auth.example', 'evil.example.net', 'registry.example.evil.net', 'evil.net');
const CREDENTIALS = { username: 'u', password: 's3cr3t' };
const BASIC = `Basic ${Buffer.from('u:s3cr3t').toString('base64')}`;

let source: FakeRegistry;
let auth: FakeRegistry;
let trap: Trap;
let registry: Registry;
let resolved: string[];
let connected: string[];

/** Everything is at home, and every name that was asked for is known. */
const lookup: LookupFunction = (hostname, options, callback) => {
  resolved.push(hostname);
  if (options.all === true) callback(null, [{ address: '127.0.0.1', family: 4 }]);
  else callback(null, '127.0.0.1', 4);
};
const onConnect = (message: unknown) =>
  connected.push(JSON.stringify(message).match(/"hostname":"([^"]*)"/)?.[1] ?? '?');

beforeEach(async () => {
  [resolved, connected] = [[], []];
  diagnostics.subscribe('undici:client:beforeConnect', onConnect);
  source = await startFakeRegistry({ tls });
  auth = await startFakeRegistry({ tls, auth: { kind: 'token', credentials: CREDENTIALS } });
  trap = await startTrap();
  source.put(REPOSITORY, '1.0', MANIFEST);
  registry = openWith(CREDENTIALS);
});
function openWith(credentials: CredentialSource): Registry {
  return openRegistry(
    {
      baseUrl: new URL(`https://registry.example:${source.url.port}`),
      credentials,
      allowPrivateNetwork: true,
    },
    {
      lookup,
      tls: { ca: tls.certificate },
      allowedRealms: [`auth.example:${auth.url.port}`],
      idleTimeoutMs: 1_000,
    },
  );
}
afterEach(async () => {
  diagnostics.unsubscribe('undici:client:beforeConnect', onConnect);
  await Promise.all([registry.close(), source.close(), auth.close(), trap.close()]);
});

const challenge = (...challenges: string[]) =>
  source.misbehave(
    { path: '/v2/' },
    { kind: 'answer', status: 401, headers: { 'www-authenticate': challenges } },
    { kind: 'well' },
  );
const fetch = () => registry.fetchManifest(REPOSITORY, DIGEST);
const nothingLeaked = () => {
  expect({ connections: trap.connections, bytes: trap.receivedBytes }).toEqual({ connections: 0, bytes: 0 });
  expect(new Set([...resolved, ...connected])).toEqual(new Set(['registry.example']));
  expect(source.requests.filter(({ headers }) => headers.authorization !== undefined)).toEqual([]);
};

describe('a realm', () => {
  it('on the registry’s own host is asked', async () => {
    challenge(`Bearer realm="https://registry.example:${source.url.port}/token"`);
    await expect(fetch()).resolves.toMatchObject({ digest: DIGEST });
    expect(
      source.requests.map(({ path, headers }) => [path.slice(0, 6), headers.authorization?.split(' ')[0]]),
    ).toEqual([
      ['/v2/te', undefined],
      ['/token', 'Basic'],
      ['/v2/te', 'Bearer'],
    ]);
  });

  it('that the operator allowed is asked with the credentials', async () => {
    challenge(`Bearer realm="https://auth.example:${auth.url.port}/token",service="s"`);
    await expect(fetch()).resolves.toMatchObject({ digest: DIGEST });
    expect(auth.requests.map(({ path, headers }) => [path, headers.authorization])).toEqual([
      [`/token?service=s&scope=${encodeURIComponent(`repository:${REPOSITORY}:pull`)}`, BASIC],
    ]);
  });

  const hostile: readonly [string, (trapPort: number) => string, RegistryErrorCode][] = [
    ['plain HTTP', () => 'Bearer realm="http://registry.example/token"', 'forbidden-address'],
    [
      'plain HTTP on the right port',
      () => `Bearer realm="http://registry.example:${source.url.port}/token"`,
      'forbidden-address',
    ],
    ['169.254.169.254', () => 'Bearer realm="https://169.254.169.254/"', 'forbidden-address'],
    ['[fd00:ec2::254]', () => 'Bearer realm="https://[fd00:ec2::254]/"', 'forbidden-address'],
    ['10.0.0.1', () => 'Bearer realm="https://10.0.0.1/"', 'forbidden-address'],
    ['127.1', (port) => `Bearer realm="https://127.1:${port}/"`, 'forbidden-address'],
    ['another host', (port) => `Bearer realm="https://evil.example.net:${port}/"`, 'forbidden-address'],
    [
      'another port of the same host',
      (port) => `Bearer realm="https://registry.example:${port}/"`,
      'forbidden-address',
    ],
    [
      'a host behind our name',
      (port) => `Bearer realm="https://registry.example@evil.net:${port}/"`,
      'forbidden-address',
    ],
    [
      'a host below our name',
      (port) => `Bearer realm="https://registry.example.evil.net:${port}/"`,
      'forbidden-address',
    ],
    ['a file', () => 'Bearer realm="file:///etc/passwd"', 'forbidden-address'],
    ['gopher', (port) => `Bearer realm="gopher://127.0.0.1:${port}/"`, 'forbidden-address'],
    ['relative', () => 'Bearer realm="/token"', 'bad-response'],
    ['empty', () => 'Bearer realm=""', 'bad-response'],
    ['missing', () => 'Bearer service="s"', 'bad-response'],
    ['unreadable', () => 'Bearer realm="https://registry.example/', 'bad-response'],
  ];

  it.each(hostile)('that is %s is refused with nothing sent', async (_, header, code) => {
    challenge(header(trap.port));
    expect((await refusalOf(fetch())).code).toBe(code);
    nothingLeaked();
  });

  it.each(hostile)('that is %s is refused with nothing posted to it either', async (_, header, code) => {
    await registry.close();
    registry = openWith({ identityToken: 's3cr3t' });
    challenge(header(trap.port));
    expect((await refusalOf(fetch())).code).toBe(code);
    nothingLeaked();
  });

  it('that redirects a form to another allowed one is left there', async () => {
    await registry.close();
    registry = openWith({ identityToken: 's3cr3t' });
    const elsewhere = `https://registry.example:${source.url.port}/token`;
    auth.misbehave({ path: '/token' }, { kind: 'answer', status: 307, headers: { location: elsewhere } });
    challenge(`Bearer realm="https://auth.example:${auth.url.port}/token"`);
    expect((await refusalOf(fetch())).code).toBe('forbidden-address');
    expect(auth.requests.map(({ method }) => method)).toEqual(['POST']);
    expect(source.counts()).toEqual({ 'manifest-get': 1 });
  });

  it.each(['one header', 'two headers'])('that is hostile does not hide behind a good one in %s', async (how) => {
    const good = `Bearer realm="https://registry.example:${source.url.port}/token"`;
    const bad = `Bearer realm="https://evil.example.net:${trap.port}/"`;
    if (how === 'one header') challenge(`${good}, ${bad}`);
    else challenge(good, bad);
    expect((await refusalOf(fetch())).code).toBe('forbidden-address');
    nothingLeaked();
    expect(source.requests).toHaveLength(1);
  });

  it.each([
    ['a hostile host', () => `https://evil.example.net:${trap.port}/token`],
    ['plain HTTP', () => `http://auth.example:${trap.port}/token`],
    ['cloud metadata', () => 'https://169.254.169.254/'],
  ])('that redirects to %s is left there', async (_, location) => {
    auth.misbehave({ path: '/token' }, { kind: 'answer', status: 307, headers: { location: location() } });
    challenge(`Bearer realm="https://auth.example:${auth.url.port}/token"`);
    expect((await refusalOf(fetch())).code).toBe('forbidden-address');
    expect(trap.connections).toBe(0);
    expect(new Set([...resolved, ...connected])).toEqual(new Set(['registry.example', 'auth.example']));
  });

  it('that redirects to another allowed one does not take the credentials along', async () => {
    auth.misbehave(
      { path: '/token' },
      { kind: 'answer', status: 307, headers: { location: `https://registry.example:${source.url.port}/token` } },
    );
    challenge(`Bearer realm="https://auth.example:${auth.url.port}/token"`);
    await expect(fetch()).resolves.toMatchObject({ digest: DIGEST });
    expect(source.requests.find(({ path }) => path.startsWith('/token'))?.headers.authorization).toBeUndefined();
  });

  it('never learns the secret through an error', async () => {
    challenge(`Bearer realm="https://auth.example:${auth.url.port}/token"`);
    auth.misbehave(
      { path: '/token' },
      { kind: 'answer', status: 401, body: JSON.stringify({ errors: [{ code: BASIC }] }) },
    );
    const refusal = await refusalOf(fetch());
    expect(refusal.code).toBe('unauthorized');
    expect(`${refusal.message} ${refusal.stack} ${String(refusal.cause)}`).not.toMatch(/s3cr3t|dTpz/);
  });
});

describe('a redirect of a registry that is read over TLS', () => {
  it('to plain HTTP is refused with nothing sent', async () => {
    source.misbehave(
      { path: '/v2/' },
      { kind: 'answer', status: 307, headers: { location: `http://registry.example:${trap.port}/x` } },
    );
    expect((await refusalOf(fetch())).code).toBe('forbidden-address');
    nothingLeaked();
  });

  it('is refused when the certificate is not the host’s', async () => {
    const stranger = openRegistry(
      { baseUrl: new URL(`https://stranger.example:${source.url.port}`), credentials: null, allowPrivateNetwork: true },
      { lookup, tls: { ca: tls.certificate } },
    );
    const refusal = await refusalOf(stranger.fetchManifest(REPOSITORY, DIGEST)).finally(() => stranger.close());
    expect(refusal.code).toBe('unavailable');
    expect(source.requests).toEqual([]);
  });
});
