import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { createToken, openCatalog, type Catalog, type StoredTokenScope } from '@strata/catalog';
import { freshDatabase, type FreshDatabase } from '@strata/catalog/testing';
import { schemaText } from '@strata/graphql';
import { buildSchema } from 'graphql';
import { readOnlyUrl } from '../config.js';
import { hashOfText, rememberedQuestions } from '../persisted/persisted-questions.js';
import { openSocket } from '../testing/open-socket.js';
import { push } from '../testing/push.js';
import { fixtures, minute } from '../testing/small-catalog.js';
import { startApi, type TestApi } from '../testing/start-api.js';
import { MUTATION_PERMISSIONS } from './check-permissions.js';

const QUESTION = '{ registries { host } }';
const CRAWL = 'mutation { crawl(source: "source-of-one.example") { source } }';
const DAY_MS = 86_400_000;

let db: FreshDatabase;
let readOnly: Catalog;
const apis = new Map<'off' | 'read' | 'operate', TestApi>();
const secrets = new Map<string, string>();

/** As in production: questions are answered over sessions that refuse writes. */
beforeAll(async () => {
  db = await freshDatabase();
  await push(db.catalog, {
    registry: 'one.example',
    repository: 'a/b',
    tag: '1',
    at: minute(1),
    manifest: fixtures.legacy,
  });
  readOnly = openCatalog({ databaseUrl: readOnlyUrl(db.url) });
  for (const anonymous of ['off', 'read', 'operate'] as const) {
    apis.set(anonymous, await startApi(readOnly, rememberedQuestions(), undefined, { writes: db.catalog, anonymous }));
  }
  for (const scope of ['read', 'crawl', 'assemble', 'admin'] as const) secrets.set(scope, await token([scope]));
  secrets.set('expired', await token(['admin'], -DAY_MS));
  secrets.set('revoked', await token(['admin']));
  await db.catalog.pool.query(
    `UPDATE api_token SET revoked_at = now() WHERE name = 'of admin' AND id = (SELECT max(id) FROM api_token)`,
  );
});

afterAll(async () => {
  for (const api of apis.values()) await api.stop();
  await readOnly.close();
  await db.drop();
});

afterEach(() => db.catalog.pool.query('TRUNCATE crawl_run, crawl_absence'));

async function token(scopes: readonly StoredTokenScope[], lifeMs = DAY_MS): Promise<string> {
  const now = new Date(Date.now() - 2 * DAY_MS);
  const more = { name: `of ${scopes.join()}`, createdBy: 'cli', repositories: null };
  const expiresAt = new Date(Date.now() + lifeMs);
  return (await createToken(db.catalog.pool, { ...more, scopes, expiresAt, now })).secret;
}

function api(anonymous: 'off' | 'read' | 'operate' = 'read'): TestApi {
  const found = apis.get(anonymous);
  if (found === undefined) throw new Error(`no API of the kind ${anonymous}`);
  return found;
}

const bearer = (name: string): Readonly<Record<string, string>> => ({
  authorization: `Bearer ${secrets.get(name) ?? name}`,
});

const ask = (query: string, headers: Readonly<Record<string, string>> = {}, of = api(), variables?: object) =>
  of.post(JSON.stringify({ query, variables }), { 'content-type': 'application/json', ...headers });

const crawls = async () => (await db.catalog.pool.query('SELECT FROM crawl_run')).rowCount;

describe('a caller without a token', () => {
  it('may ask where anybody may, and nothing else', async () => {
    expect(await ask(QUESTION)).toMatchObject({ status: 200, data: { registries: [{ host: 'one.example' }] } });
    expect(await ask(CRAWL)).toMatchObject({ data: null, codes: ['FORBIDDEN'] });
    expect(await crawls()).toBe(0);
  });

  it('may operate on this machine where the operator says so, but neither push nor make tokens', async () => {
    expect(await ask(CRAWL, {}, api('operate'))).toMatchObject({ codes: [] });
    expect(await crawls()).toBe(1);
    expect(await ask('mutation { revokeToken(id: "1") }', {}, api('operate'))).toMatchObject({ codes: ['FORBIDDEN'] });
  });

  it.each([
    ['a proxy asks for somebody', { 'x-forwarded-for': '203.0.113.9' }],
    ['a page was given our address under another name', { host: 'rebound.example' }],
  ])('may not operate when %s', async (_, headers) => {
    expect(await askRaw(api('operate').url, headers)).toContain('FORBIDDEN');
    expect(await crawls()).toBe(0);
  });

  it('is answered nothing where tokens are needed for everything', async () => {
    const answer = await fetch(`${api('off').url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: '{ __typename }' }),
    });
    expect([answer.status, answer.headers.get('www-authenticate')]).toEqual([401, 'Bearer realm="strata"']);
    expect(await answer.json()).toMatchObject({ data: null, errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] });
    expect((await fetch(`${api('off').url}/export/tags.csv`)).status).toBe(401);
  });
});

describe('a token', () => {
  it.each([
    ['read', QUESTION, []],
    ['read', CRAWL, ['FORBIDDEN']],
    [
      'read',
      `mutation { ...F } fragment F on Mutation { crawl(source: "source-of-one.example") { source } }`,
      ['FORBIDDEN'],
    ],
    ['read', `mutation { ... { crawl(source: "source-of-one.example") { source } } }`, ['FORBIDDEN']],
    ['crawl', CRAWL, []],
    ['crawl', QUESTION, ['FORBIDDEN']],
    ['assemble', CRAWL, ['FORBIDDEN']],
    ['admin', CRAWL, []],
    ['admin', QUESTION, []],
    ['read', 'mutation { revokeToken(id: "1") }', ['FORBIDDEN']],
  ])('for %s: %s', async (scope, query, codes) => {
    for (const one of [api('read'), api('off')]) expect((await ask(query, bearer(scope), one)).codes).toEqual(codes);
    expect(await crawls()).toBe(query === CRAWL && codes.length === 0 ? 1 : 0);
  });

  it.each([
    ['is wrong', `strata_${'A'.repeat(43)}`, 'TOKEN_INVALID'],
    ['is no token', 'x', 'TOKEN_INVALID'],
    ['has expired', 'expired', 'TOKEN_EXPIRED'],
    ['was revoked', 'revoked', 'TOKEN_REVOKED'],
  ])('that %s is an error everywhere, and never as if nobody had asked', async (_, name, code) => {
    for (const one of apis.values()) {
      expect(await ask(QUESTION, bearer(name), one)).toMatchObject({ status: 401, data: null, codes: [code] });
      const exported = await fetch(`${one.url}/export/tags.csv`, { headers: bearer(name) });
      expect([exported.status, await exported.text()]).toEqual([401, expect.stringContaining(code)]);
      const hash = encodeURIComponent(JSON.stringify({ persistedQuery: { version: 1, sha256Hash: hashOfText('x') } }));
      const got = await fetch(`${one.url}/graphql?extensions=${hash}`, {
        headers: { ...bearer(name), 'graphql-require-preflight': '1' },
      });
      expect([got.status, await got.text()]).toEqual([401, expect.stringContaining(code)]);
    }
  });

  it.each(['Basic YWRtaW46YWRtaW4=', 'Bearer', 'bearer  ', 'strata_x'])('is not what %j is', async (authorization) => {
    expect(await ask(QUESTION, { authorization })).toMatchObject({ status: 401, codes: ['TOKEN_INVALID'] });
  });

  it('exports only what it may read', async () => {
    const status = async (name: string) =>
      (await fetch(`${api('off').url}/export/tags.csv`, { headers: bearer(name) })).status;
    expect([await status('read'), await status('assemble')]).toEqual([200, 400]);
  });

  it('is said to have been used', async () => {
    await ask(QUESTION, bearer('read'));
    const used = () =>
      db.catalog.pool.query(`SELECT FROM api_token WHERE name = 'of read' AND last_used_at IS NOT NULL`);
    for (let i = 0; (await used()).rowCount === 0 && i < 100; i += 1) await new Promise((next) => setTimeout(next, 20));
    expect((await used()).rowCount).toBe(1);
  });

  it('never stands in the log', () => {
    const logged = [...apis.values()].flatMap(({ log }) => log).join();
    for (const secret of secrets.values()) expect(logged).not.toContain(secret.slice('strata_'.length));
  });
});

describe('createToken', () => {
  const CREATE = `mutation ($input: CreateTokenInput!) { createToken(input: $input) { id name secret expiresAt } }`;
  const input = { name: 'ci', scopes: ['READ'], expiresAt: new Date(Date.now() + DAY_MS).toISOString() };

  it('gives a token that works until it is revoked, from that moment on', async () => {
    const { data } = await ask(CREATE, bearer('admin'), api(), { input });
    const { id, secret } = (data as { createToken: { id: string; secret: string } }).createToken;
    const asIt = () => ask(QUESTION, { authorization: `Bearer ${secret}` });
    expect(await asIt()).toMatchObject({ status: 200, codes: [] });
    const revoked = await ask(`mutation { revokeToken(id: "${id}") }`, bearer('admin'));
    expect(revoked.data).toEqual({ revokeToken: true });
    expect(await asIt()).toMatchObject({ codes: ['TOKEN_REVOKED'] });
    const { rows } = await db.catalog.pool.query('SELECT created_by FROM api_token WHERE id = $1', [id]);
    expect(rows).toEqual([{ created_by: 'of admin' }]);
  });

  it.each([
    ['a name that is none', { name: '' }, 'input.name'],
    ['no scope', { scopes: [] }, 'input.scopes'],
    ['a time that has been', { expiresAt: '2020-01-01T00:00:00Z' }, 'input.expiresAt'],
  ])('refuses %s, and says where', async (_, more, argument) => {
    const { errors } = await ask(CREATE, bearer('admin'), api(), { input: { ...input, ...more } });
    expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT', argument } }]);
  });

  it.each(['0', '-1', 'x', '99999999999', '2147483647', '1; DROP TABLE api_token'])(
    'revokes nothing under %j',
    async (id) => {
      const { data } = await ask('mutation ($id: ID!) { revokeToken(id: $id) }', bearer('admin'), api(), { id });
      expect(data).toEqual({ revokeToken: false });
    },
  );
});

describe('a WebSocket', () => {
  const question = { id: '1', type: 'subscribe', payload: { query: QUESTION } };

  it.each([
    ['its greeting', { parameters: { Authorization: 'read' } }],
    ['the request that opens it', { headers: { authorization: 'read' } }],
  ])('takes a token in %s', async (_, where) => {
    const given = (fields: object) =>
      Object.fromEntries(Object.keys(fields).map((key) => [key, bearer('read')['authorization'] ?? '']));
    const options = 'parameters' in where ? { parameters: given(where.parameters) } : { headers: given(where.headers) };
    const socket = await openSocket(api('off').url, options);
    socket.send(question);
    expect(await socket.next()).toMatchObject({ type: 'next', payload: { data: { registries: [{}] } } });
    socket.close();
  });

  it.each([
    ['no token', undefined],
    ['a wrong token', { authorization: 'Bearer x' }],
    ['a token that is no text', { authorization: { a: 1 } }],
  ])('is closed with 4403 on %s where one is needed', async (_, payload) => {
    const socket = await openSocket(api('off').url, { init: false });
    socket.send({ type: 'connection_init', payload });
    expect(await socket.closed).toBe(4403);
  });

  it('asks nothing more once its token was revoked', async () => {
    const secret = await token(['read']);
    const socket = await openSocket(api().url, { parameters: { authorization: `Bearer ${secret}` } });
    await db.catalog.pool.query('UPDATE api_token SET revoked_at = now() WHERE id = (SELECT max(id) FROM api_token)');
    socket.send(question);
    expect(await socket.next()).toMatchObject({ type: 'error', payload: [{ extensions: { code: 'TOKEN_REVOKED' } }] });
    socket.close();
  });

  it('asks only what its token allows', async () => {
    const socket = await openSocket(api().url, { parameters: { authorization: bearer('crawl')['authorization'] } });
    socket.send(question);
    expect(await socket.next()).toMatchObject({ type: 'error', payload: [{ extensions: { code: 'FORBIDDEN' } }] });
    socket.close();
  });
});

it('every mutation has its permission', () => {
  const fields = Object.keys(buildSchema(schemaText).getMutationType()?.getFields() ?? {});
  expect(Object.keys(MUTATION_PERMISSIONS).sort()).toEqual(fields.sort());
});

/** By hand, since `fetch` sends no `host` but its own. */
async function askRaw(url: string, headers: Readonly<Record<string, string>>): Promise<string> {
  const { request } = await import('node:http');
  return new Promise((resolve, reject) => {
    const sent = request(
      `${url}/graphql`,
      { method: 'POST', headers: { 'content-type': 'application/json', ...headers } },
      (response) => {
        let text = '';
        response
          .setEncoding('utf8')
          .on('data', (part: string) => (text += part))
          .on('end', () => resolve(text));
      },
    );
    sent.on('error', reject).end(JSON.stringify({ query: CRAWL }));
  });
}
