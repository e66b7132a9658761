import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { LookupFunction } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { TlsSettings } from './address/tls-context.js';
import { openRegistry } from './open-registry.js';
import { openSourceRegistry, type RegistrySettings } from './open-source-registry.js';
import type { Registry } from './registry.js';
import { DIGEST, MANIFEST, REPOSITORY, refusalOf } from './testing/scene.js';
import { selfSigned } from './testing/self-signed-certificate.js';
import { startFakeRegistry, type FakeRegistry } from './testing/start-fake-registry.js';

const server = selfSigned('registry.example', 'storage.example');
const client = selfSigned('client');
const lookup: LookupFunction = (_, options, callback) =>
  options.all === true ? callback(null, [{ address: '127.0.0.1', family: 4 }]) : callback(null, '127.0.0.1', 4);

let folder: string;
let fake: FakeRegistry;
let registry: Registry;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'strata-tls-'));
});
afterAll(() => rmSync(folder, { recursive: true }));
afterEach(async () => {
  await registry.close();
  await fake.close();
});

async function ask(tls: TlsSettings, host = 'registry.example', clientAuthority?: string) {
  const authority = clientAuthority === undefined ? {} : { clientAuthority };
  fake = await startFakeRegistry({ tls: { ...server, ...authority } });
  fake.put(REPOSITORY, '1.0', MANIFEST);
  const baseUrl = new URL(`https://${host}:${fake.url.port}`);
  registry = openRegistry({ baseUrl, credentials: null, allowPrivateNetwork: true }, { lookup, tls });
  return registry.fetchManifest(REPOSITORY, DIGEST);
}

describe('a registry over TLS', () => {
  it('is not believed without a certificate that the system trusts', async () => {
    expect((await refusalOf(ask({}))).code).toBe('unavailable');
    expect(fake.requests).toEqual([]);
  });

  it('is believed with an authority of its own', async () => {
    await expect(ask({ ca: server.certificate })).resolves.toMatchObject({ digest: DIGEST });
  });

  it('is not believed under another name, whatever its authority', async () => {
    expect((await refusalOf(ask({ ca: server.certificate }, 'stranger.example'))).code).toBe('unavailable');
    expect(fake.requests).toEqual([]);
  });

  it('is believed under any name where the operator says so', async () => {
    await expect(ask({ insecure: true }, 'stranger.example')).resolves.toMatchObject({ digest: DIGEST });
  });

  it('is believed by that on its own host only', async () => {
    await expect(ask({ insecure: true })).resolves.toBeDefined();
    const storage = `https://storage.example:${fake.url.port}/stored`;
    fake.misbehave({ path: '/v2/' }, { kind: 'answer', status: 307, headers: { location: storage } });
    fake.forgetRequests();
    expect((await refusalOf(registry.fetchManifest(REPOSITORY, DIGEST))).code).toBe('unavailable');
    expect(fake.counts()).toEqual({ 'manifest-get': 1 });
  });

  it('sees our certificate, where there is one', async () => {
    const shown = { insecure: true, cert: client.certificate, key: client.key };
    await expect(ask(shown, 'registry.example', client.certificate)).resolves.toMatchObject({ digest: DIGEST });
    await registry.close();
    await fake.close();
    expect((await refusalOf(ask({ insecure: true }, 'registry.example', client.certificate))).code).toBe('unavailable');
  });

  it('is the only one that sees it', async () => {
    const storage = await startFakeRegistry({ tls: { ...server, clientAuthority: client.certificate } });
    storage.put(REPOSITORY, null, MANIFEST);
    const shown = { ca: server.certificate, cert: client.certificate, key: client.key };
    await ask(shown, 'registry.example', client.certificate);
    const location = `https://storage.example:${storage.url.port}/v2/${REPOSITORY}/manifests/${DIGEST}`;
    fake.misbehave({ path: '/v2/' }, { kind: 'answer', status: 307, headers: { location } });
    expect((await refusalOf(registry.fetchManifest(REPOSITORY, DIGEST))).code).toBe('unavailable');
    await storage.close();
    expect(storage.requests).toEqual([]);
  });
});

describe('the registry of a source', () => {
  const settings = (tls: Partial<RegistrySettings['tls']>): RegistrySettings => ({
    registry: new URL(`https://127.0.0.1:${fake.url.port}`),
    credentials: null,
    allowPrivateNetwork: true,
    allowedRealms: [],
    tls: { insecure: false, ca: null, cert: null, key: null, ...tls },
    rate: { requestsPerSecond: 1_000, burst: 5, concurrency: 2 },
  });
  const pem = (name: string, text: string) => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };

  it('is opened with the files that its settings name, and its own concurrency', async () => {
    await ask({ insecure: true });
    const cert = pem('cert.pem', client.certificate);
    const key = pem('key.pem', client.key);
    const opened = openSourceRegistry(settings({ insecure: true, cert, key }), { maxInFlight: 8 });
    fake.misbehave({}, { kind: 'late', delayMs: 20 });
    await Promise.all(Array.from({ length: 6 }, () => opened.observeTag(REPOSITORY, '1.0')));
    expect(fake.load().mostInFlight).toBe(2);
    await opened.close();
  });

  it.each<[string, Partial<RegistrySettings['tls']>, string]>([
    ['a file that is not there', { ca: '/not/there' }, 'tls.ca: the file /not/there cannot be read (ENOENT)'],
    ['an authority that is none', { ca: 'cert' }, 'the authority (ca) cannot be used'],
    ['a certificate that is none', { cert: 'cert', key: 'key' }, 'the certificate or key (cert, key) cannot be used'],
    ['the key of another certificate', { cert: 'good', key: 'key' }, 'cannot be used'],
  ])('is not opened with %s', async (_, tls, problem) => {
    await ask({ insecure: true });
    const paths: Readonly<Record<string, string>> = {
      cert: pem('bad.pem', 'no s3cr3t PEM'),
      key: pem('other.pem', server.key),
      good: pem('good.pem', client.certificate),
    };
    const located = Object.fromEntries(Object.entries(tls).map(([name, path]) => [name, paths[String(path)] ?? path]));
    const open = () => openSourceRegistry(settings(located));
    expect(open).toThrow(TypeError);
    expect(open).toThrow(problem);
    expect(open).not.toThrow('s3cr3t');
  });
});
