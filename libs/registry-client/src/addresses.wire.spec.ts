import type { LookupAddress } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { openRegistry } from './open-registry.js';
import { DIGEST, MANIFEST, REPOSITORY, refusalOf } from './testing/scene.js';
import { startFakeRegistry, type FakeRegistry } from './testing/start-fake-registry.js';

let fake: FakeRegistry;
beforeEach(async () => {
  fake = await startFakeRegistry();
  fake.put(REPOSITORY, '1.0', MANIFEST);
});
afterEach(() => fake.close());

/** Answers each question with the next list of addresses, the last one for ever. */
const answering = (...lists: readonly (readonly string[])[]): LookupFunction => {
  let asked = 0;
  return (_, options, callback) => {
    const addresses = (lists[Math.min(asked++, lists.length - 1)] ?? []).map((address): LookupAddress => ({
      address,
      family: address.includes(':') ? 6 : 4,
    }));
    if (options.all === true) callback(null, addresses);
    else callback(null, addresses[0]?.address ?? '', addresses[0]?.family);
  };
};

async function ask(host: string, lookup: LookupFunction, allowPrivateNetwork = false) {
  const baseUrl = new URL(`http://${host}:${fake.url.port}`);
  const registry = openRegistry({ baseUrl, credentials: null, allowPrivateNetwork }, { lookup, idleTimeoutMs: 500 });
  const question = registry.fetchManifest(REPOSITORY, DIGEST);
  return refusalOf(question).finally(() => registry.close());
}

describe('addresses, without leave for private networks', () => {
  it.each([
    '127.0.0.1',
    '127.1',
    '0x7f.1',
    '2130706433',
    '017700000001',
    '0',
    '①②⑦.0.0.1',
    '[::1]',
    '[::ffff:127.0.0.1]',
    '[::]',
  ])('written as %s are refused without a connection or a look-up', async (host) => {
    const refusal = await ask(host, answering(['8.8.8.8']));
    expect(refusal.code).toBe('forbidden-address');
    expect(fake.load().connections).toBe(0);
  });

  it.each(['127.0.0.1', '::1', '::ffff:127.0.0.1', '64:ff9b::7f00:1', '2002:7f00:1::', '10.0.0.1', '169.254.169.254'])(
    'that a name turns into are refused: %s',
    async (address) => {
      expect((await ask('registry.example', answering([address]))).code).toBe('forbidden-address');
      expect(fake.load().connections).toBe(0);
    },
  );

  it('that are private are left out of a mixed answer', async () => {
    expect((await ask('mixed.example', answering(['127.0.0.1', '2001:db8::1', '10.0.0.1']))).code).toBe(
      'forbidden-address',
    );
    expect(fake.load().connections).toBe(0);
  });
});

describe('addresses, with leave for private networks', () => {
  it.each(['127.0.0.1', 'registry.example'])('may be private: %s', async (host) => {
    const baseUrl = new URL(`http://${host}:${fake.url.port}`);
    const access = { baseUrl, credentials: null, allowPrivateNetwork: true };
    const registry = openRegistry(access, { lookup: answering(['127.0.0.1']) });
    await expect(registry.fetchManifest(REPOSITORY, DIGEST).finally(() => registry.close())).resolves.toBeDefined();
  });

  it('are still not the machine’s own services for another host', async () => {
    fake.misbehave({}, { kind: 'answer', status: 307, headers: { location: 'http://metadata.example/' } });
    const lookup: LookupFunction = (hostname, options, callback) =>
      answering([hostname === 'metadata.example' ? '169.254.169.254' : '127.0.0.1'])(hostname, options, callback);
    expect((await ask('registry.example', lookup, true)).code).toBe('forbidden-address');
    expect(fake.requests).toHaveLength(1);
  });
});

describe('a name that turns into another address later', () => {
  it('is judged again at each connection, by the address that the connection would use', async () => {
    const baseUrl = new URL(`http://registry.example:${fake.url.port}`);
    const storage = `http://storage.example:${fake.url.port}/stored`;
    fake.misbehave(
      { path: '/v2/' },
      { kind: 'answer', status: 307, headers: { location: storage, connection: 'close' } },
    );
    const well = { kind: 'answer', status: 200, headers: { connection: 'close' }, body: MANIFEST.bytes } as const;
    fake.misbehave({ path: '/stored' }, well);
    const rebinding = answering(['127.0.0.1'], ['169.254.169.254']);
    const lookup: LookupFunction = (hostname, ...asked) =>
      hostname === 'storage.example' ? rebinding(hostname, ...asked) : answering(['127.0.0.1'])(hostname, ...asked);
    const registry = openRegistry({ baseUrl, credentials: null, allowPrivateNetwork: true }, { lookup });
    await expect(registry.fetchManifest(REPOSITORY, DIGEST)).resolves.toMatchObject({ digest: DIGEST });
    const refusal = await refusalOf(registry.fetchManifest(REPOSITORY, DIGEST)).finally(() => registry.close());
    expect(refusal.code).toBe('forbidden-address');
    expect(fake.requests.filter(({ path }) => path === '/stored')).toHaveLength(1);
  });
});

describe('openRegistry', () => {
  it.each(['ftp://registry.example', 'file:///etc/passwd', 'https://u:p@registry.example'])(
    'refuses the base %s',
    (base) => {
      expect(() => openRegistry({ baseUrl: new URL(base), credentials: null, allowPrivateNetwork: false })).toThrow(
        TypeError,
      );
    },
  );
});
