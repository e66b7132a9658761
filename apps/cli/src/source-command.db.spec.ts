import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { claimCrawl, finishCrawl, recordEvents, recordSources, requestCrawl } from '@strata/catalog';
import { freshDatabase, type FreshDatabase } from '@strata/catalog/testing';
import { startFakeRegistry, type FakeRegistry } from '@strata/registry-client/testing';
import { dialectNames, dialectOf } from '@strata/registry-events';
import { aPush } from '@strata/registry-events/testing';
import { runCommandLine } from './run-command-line.js';
import { recordedTools } from './testing/recorded-tools.js';

const SECRET = 'a-secret-that-nobody-may-see';
const PASSWORD = 'a-password-that-nobody-may-see';
const RECEIVED = new Date('2026-08-20T10:15:31.000Z');

let folder: string;
let database: FreshDatabase;
let open: FakeRegistry;
let locked: FakeRegistry;
/** Answers as a hook does to a delivery without a proof, or as its path says. */
let hook: Server;
let hookUrl: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'strata-source-'));
  database = await freshDatabase();
  open = await startFakeRegistry({ record: false });
  locked = await startFakeRegistry({
    record: false,
    auth: { kind: 'basic', username: 'reader', password: PASSWORD },
  });
  hook = createServer((request, response) => {
    const status = /\/hooks\/(?:(\d{3})|.*)$/.exec(request.url ?? '')?.[1];
    response.writeHead(Number(status ?? 401), status === '302' ? { location: '/login' } : {}).end();
  }).listen(0, '127.0.0.1');
  await once(hook, 'listening');
  const address = hook.address();
  hookUrl = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
});
afterAll(async () => {
  hook.closeAllConnections();
  hook.close();
  await open.close();
  await locked.close();
  await database.drop();
  rmSync(folder, { recursive: true });
});

async function run(args: readonly string[], entries: readonly object[], env: Record<string, string> = {}) {
  const file = join(folder, 'strata.yaml');
  writeFileSync(file, JSON.stringify({ sources: entries }));
  const variables = { STRATA_CONFIG: file, DATABASE_URL: database.url, STRATA_HOOK_URL: hookUrl, ...env };
  const { tools, out } = recordedTools(variables);
  const status = await runCommandLine(['source', ...args], tools);
  expect(out()).not.toContain(SECRET);
  expect(out()).not.toContain(PASSWORD);
  return { status, out: out() };
}

async function anAskingCrawl(name: string, error: string): Promise<void> {
  const { catalog } = database;
  const now = new Date();
  await requestCrawl(catalog.pool, { source: name, repository: null, trigger: 'request', now });
  const held = await claimCrawl(catalog, { sources: [name], leaseMs: 60_000, now });
  if (held === null) throw new Error('there is no crawl to walk');
  await finishCrawl(catalog.pool, held, { state: 'asking', error, now });
}

const source = (changes: object = {}): object => ({
  ...{
    name: 'local',
    dialect: 'distribution',
    registry: open.url.origin,
    secrets: [SECRET],
    allowPrivateNetwork: true,
  },
  ...changes,
});

describe('strata source check', () => {
  it('says that everything is in order, when the last event came, and what to paste', async () => {
    const ids = await recordSources(database.catalog, [
      { name: 'local', dialect: 'distribution', registryHost: open.url.host },
    ]);
    const sourceId = ids.get('local') ?? 0;
    await recordEvents(database.catalog, { sourceId, events: [aPush()], receivedAt: RECEIVED });
    const { status, out } = await run(['check', 'local'], [source()]);
    expect(status).toBe(0);
    expect(out).toMatch(/^ {2}ok {5}registry .* lets us in without being asked who we are$/m);
    expect(out).toMatch(/^ {2}ok {5}hook .* wants a proof$/m);
    expect(out).toContain(`the last one came at ${RECEIVED.toISOString()}`);
    expect(out).toContain(`url: "${hookUrl}/hooks/local"`);
    expect(out).toContain('Authorization: ["Bearer <SECRET>"]');
  });

  it.each<readonly [string, () => object, string]>([
    [
      'the credentials are missing',
      () => ({ registry: locked.url.origin }),
      'wants credentials, and none are configured',
    ],
    [
      'the credentials are wrong',
      () => ({ registry: locked.url.origin, credentials: { username: 'reader', password: 'wrong' } }),
      'refuses the credentials',
    ],
    ['the registry is away', () => ({ registry: 'http://127.0.0.1:9' }), 'cannot be reached'],
    ['the address is private', () => ({ allowPrivateNetwork: false }), 'allowPrivateNetwork: true allows it'],
  ])('says what to do when %s, and ends with 1', async (_title, changes, words) => {
    const { status, out } = await run(['check', 'local'], [source(changes())]);
    expect(status).toBe(1);
    expect(out).toContain(words);
  });

  it('uses the credentials', async () => {
    const credentials = { username: 'reader', password: PASSWORD };
    const { status, out } = await run(['check', 'local'], [source({ registry: locked.url.origin, credentials })]);
    expect([status, out]).toEqual([0, expect.stringContaining('lets us in with name and password')]);
  });

  it.each([
    ['404', 'is not known there'],
    ['302', 'sends elsewhere'],
    ['200', '401 was expected'],
  ])('says that the hook is not right when it answers %s', async (name, words) => {
    const { status, out } = await run(['check', name], [source({ name })]);
    expect([status, out]).toEqual([1, expect.stringContaining(words)]);
  });

  it('says that the hook cannot be reached, and that the address is one of this machine', async () => {
    const { status, out } = await run(['check', 'local'], [source()], { STRATA_HOOK_URL: 'http://127.0.0.1:9' });
    expect(status).toBe(1);
    expect(out).toContain('cannot be reached from here');
    expect(out).toContain('set STRATA_HOOK_URL');
  });

  it('says what a crawl asks, and which command answers it', async () => {
    await recordSources(database.catalog, [
      { name: 'asking', dialect: 'distribution', registryHost: 'asking.example' },
    ]);
    await anAskingCrawl('asking', 'all is gone. If that is right: strata crawl asking --confirm');
    const { status, out } = await run(['check', 'asking'], [source({ name: 'asking' })]);
    expect(status).toBe(0);
    expect(out).toMatch(/^ {2}note {3}crawl +it asks: all is gone\. If that is right: strata crawl asking --confirm$/m);
    expect(out).not.toContain('degraded');
  });

  it('says so when there is no catalog, and everything else all the same', async () => {
    const { status, out } = await run(['check', 'local'], [source()], { DATABASE_URL: 'postgres://127.0.0.1:9/x' });
    expect(status).toBe(1);
    expect(out).toMatch(/wrong +events +the database .* cannot be used/);
    expect(out).toMatch(/ok +registry/);
  });

  it.each(dialectNames)('prints for %s text with the address of this source, and no secret', async (dialect) => {
    const { usual } = dialectOf(dialect).authentication;
    const oidc = { scheme: 'oidc', issuer: 'https://accounts.google.com', audience: 'strata' };
    const said = usual === null ? { authentication: oidc, secrets: undefined } : {};
    const { status, out } = await run(['check', 'local'], [source({ dialect, ...said })]);
    expect(status).toBe(0);
    expect(out.slice(out.indexOf('What to set up'))).toContain(`${hookUrl}/hooks/local`);
    expect(out).toContain(`docs/sources/${dialect}.md`);
    if (usual !== null) expect(out).toContain('<SECRET>');
  });

  it('does not know a source that nobody configured', async () => {
    await expect(run(['check', 'other'], [source()])).rejects.toThrow('strata.yaml has no source "other"');
  });
});

describe('strata source list', () => {
  it('shows every source, with placeholders for secrets in addresses', async () => {
    const { status, out } = await run(['list'], [source(), source({ name: 'hub', dialect: 'dockerhub' })]);
    expect(status).toBe(0);
    const lines = out
      .trimEnd()
      .split('\n')
      .map((line) => line.split(/ {2,}/));
    expect(lines).toEqual([
      ['NAME', 'DIALECT', 'REGISTRY', 'PROOF', 'HOOK', 'LAST EVENT'],
      ['local', 'distribution', open.url.origin, 'bearer', `${hookUrl}/hooks/local`, RECEIVED.toISOString()],
      ['hub', 'dockerhub', open.url.origin, 'path', `${hookUrl}/hooks/hub/<SECRET>`, 'never'],
    ]);
  });

  it('says that there are none', async () => {
    expect((await run(['list'], [])).out).toBe('No sources: see strata.example.yaml.\n');
  });
});
