import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { openCatalog, recordSources, type Catalog } from '@strata/catalog';
import { freshDatabase, type FreshDatabase } from '@strata/catalog/testing';
import { anImage, anIndex } from '@strata/oci/testing';
import { readOnlyUrl } from '../config.js';
import { LIMITS } from '../limits/limits.js';
import { countStatements } from '../testing/count-statements.js';
import { followChanges, untilFollowed, type TestFollower } from '../testing/follow-changes.js';
import type { SocketMessage } from '../testing/open-socket.js';
import { observe, push } from '../testing/push.js';
import { startApi, type TestApi } from '../testing/start-api.js';

const amd64 = anImage({ seed: 'changes', platform: 'linux/amd64' });
const arm64 = anImage({ seed: 'changes', platform: 'linux/arm64' });
const both = anIndex({ entries: [amd64, arm64] });
const REGISTRY = 'one.example';
const at = new Date('2026-11-21T09:00:00.000Z');
const where = (repository: string, tag: string) => ({ registry: REGISTRY, repository, tag, at });
const point = (catalog: Catalog, tag: string, image: typeof amd64 | typeof both | null, repository = 'team/app') =>
  observe(catalog, where(repository, tag), image?.digest ?? null);
const READER = `reader-${randomUUID()}`;
const BRIEF = '{ changes { kind reference } }';

let db: FreshDatabase;
let catalogs: Catalog[];
let apis: TestApi[];
const followers: TestFollower[] = [];

beforeAll(async () => {
  db = await freshDatabase();
  await recordSources(db.catalog, [{ name: 'source', dialect: 'distribution', registryHost: REGISTRY }]);
  for (const repository of ['team/app', 'team/other']) {
    await push(db.catalog, { registry: REGISTRY, repository, tag: null, manifest: both, at });
  }
  const databaseUrl = `${readOnlyUrl(db.url)}&application_name=${READER}`;
  catalogs = [0, 1].map(() => openCatalog({ databaseUrl }));
  apis = await Promise.all(catalogs.map((catalog) => startApi(catalog)));
}, 60_000);
beforeEach(() => db.catalog.pool.query('TRUNCATE change, tag CASCADE'));
afterEach(async () => {
  for (const follower of followers.splice(0)) follower.close();
  await untilFollowed(db.catalog, 0);
});
afterAll(async () => {
  for (const api of apis) await api.stop();
  for (const catalog of catalogs) await catalog.close();
  await db.drop();
});

async function follow(query: string, variables?: object, api = 0): Promise<TestFollower> {
  const follower = await followChanges(apis[api]?.url ?? '', query, variables);
  followers.push(follower);
  return follower;
}

describe('a subscription to the changes', () => {
  it('tells of a tag’s life with everything that the contract has, and the tag as it is at that moment', async () => {
    const fields = `{ changes { kind at reference fromDigest toDigest platforms { name } message
      tag { digest platforms { name } } } }`;
    const follower = await follow(fields);
    await untilFollowed(db.catalog, 1);
    const reference = `${REGISTRY}/team/app:1`;
    const change = (kind: string, message: string, platforms: string[], now: typeof amd64 | typeof both | null) => ({
      ...{ kind, at: at.toISOString(), reference, message: `${reference} ${message}` },
      platforms: platforms.map((name) => ({ name })),
      tag: now === null ? null : { digest: now.digest, platforms: expect.anything() },
    });
    const short = (digest: string) => digest.slice(0, 19);
    await point(db.catalog, '1', both);
    const all = ['linux/amd64', 'linux/arm64'];
    expect(await follower.take(1)).toEqual([
      {
        ...change(
          'TAG_CREATED',
          `is new and points at ${short(both.digest)} for linux/amd64 and linux/arm64.`,
          all,
          both,
        ),
        ...{ fromDigest: null, toDigest: both.digest },
      },
    ]);
    await point(db.catalog, '1', arm64);
    const moved = { fromDigest: both.digest, toDigest: arm64.digest };
    const from = `moved from ${short(both.digest)} to ${short(arm64.digest)}.`;
    expect(await follower.take(2)).toEqual([
      { ...change('TAG_MOVED', from, ['linux/arm64'], arm64), ...moved },
      { ...change('PLATFORM_LOST', 'no longer runs on linux/amd64.', ['linux/amd64'], arm64), ...moved },
    ]);
    await point(db.catalog, '1', amd64);
    const kinds = (await follower.take(3)).map((each) => (each as { kind: string }).kind);
    expect(kinds).toEqual(['TAG_MOVED', 'PLATFORM_LOST', 'PLATFORM_GAINED']);
    await point(db.catalog, '1', null);
    expect(await follower.take(1)).toEqual([
      {
        ...change('TAG_DELETED', `was deleted; it pointed at ${short(amd64.digest)}.`, ['linux/amd64'], null),
        ...{ fromDigest: amd64.digest, toDigest: null },
      },
    ]);
  });

  it('tells only what its filter and its kinds mean', async () => {
    const query = `($where: TagFilter, $kinds: [ChangeKind!]) { changes(where: $where, kinds: $kinds) { kind reference } }`;
    const lost = await follow(query, { kinds: ['PLATFORM_LOST', 'TAG_DELETED'] });
    const other = await follow(query, { where: { repository: { eq: 'team/other' } } });
    const lacks = await follow(query, { where: { platforms: { lacks: ['amd64'] } }, kinds: ['TAG_MOVED'] }, 1);
    await untilFollowed(db.catalog, 2);
    await point(db.catalog, '1', both);
    await point(db.catalog, '2', amd64, 'team/other');
    await point(db.catalog, '1', arm64);
    await point(db.catalog, '1', null);
    const [app, elsewhere] = [`${REGISTRY}/team/app:1`, `${REGISTRY}/team/other:2`];
    expect(await lost.take(2)).toEqual([
      { kind: 'PLATFORM_LOST', reference: app },
      { kind: 'TAG_DELETED', reference: app },
    ]);
    expect(await other.take(1)).toEqual([{ kind: 'TAG_CREATED', reference: elsewhere }]);
    expect(await lacks.take(1)).toEqual([{ kind: 'TAG_MOVED', reference: app }]);
  });

  it('has one order for every subscriber of every process, while many write at once', async () => {
    const all = [await follow(BRIEF), await follow(BRIEF), await follow(BRIEF, {}, 1)];
    const filtered = await follow('{ changes(where: { repository: { glob: "team/*" } }) { kind reference } }', {}, 1);
    await untilFollowed(db.catalog, 2);
    const writer = async (name: number) => {
      for (let move = 0; move < 10; move += 1) await point(db.catalog, `w${name}`, move % 2 === 0 ? amd64 : both);
    };
    await Promise.all([0, 1, 2, 3, 4].map(writer));
    const perWriter = 1 + 9 + 9; // created once, moved nine times, and each move gains or loses arm64
    const heard = await Promise.all([...all, filtered].map((each) => each.take(5 * perWriter)));
    for (const each of heard) expect(each).toEqual(heard[0]);
    const ofFirst = heard[0]?.filter((each) => (each as { reference: string }).reference.endsWith(':w0'));
    const moves = Array.from({ length: 9 }, (_, n) => ['TAG_MOVED', n % 2 === 0 ? 'PLATFORM_GAINED' : 'PLATFORM_LOST']);
    expect(ofFirst?.map((each) => (each as { kind: string }).kind)).toEqual(['TAG_CREATED', ...moves.flat()]);
  });

  it('waits for a transaction that is still open, and then tells what it held back without being woken', async () => {
    const follower = await follow(BRIEF);
    await untilFollowed(db.catalog, 1);
    const open = await db.catalog.pool.connect();
    await open.query('BEGIN');
    await open.query('SELECT pg_current_xact_id()');
    await point(db.catalog, '1', amd64);
    let isTold = false;
    const told = follower.take(1).finally(() => (isTold = true));
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(isTold).toBe(false);
    await open.query('COMMIT');
    open.release();
    expect(await told).toEqual([{ kind: 'TAG_CREATED', reference: `${REGISTRY}/team/app:1` }]);
  });

  it('goes on where it was after its connections were broken', async () => {
    const follower = await follow(BRIEF);
    await untilFollowed(db.catalog, 1);
    await point(db.catalog, '1', amd64);
    await follower.take(1);
    const { rowCount } = await db.catalog.pool.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1`,
      [READER],
    );
    expect(rowCount).toBeGreaterThan(1);
    await point(db.catalog, '2', amd64);
    await point(db.catalog, '3', amd64);
    expect(await follower.take(2)).toEqual(
      ['2', '3'].map((tag) => ({ kind: 'TAG_CREATED', reference: `${REGISTRY}/team/app:${tag}` })),
    );
  });

  it('asks the database nothing once nobody subscribes', async () => {
    const [statements, others] = catalogs.map(countStatements);
    const follower = await follow(BRIEF);
    await untilFollowed(db.catalog, 1);
    follower.send({ id: 'changes', type: 'complete' });
    await untilFollowed(db.catalog, 0);
    const before = statements?.();
    expect(before).toBeGreaterThan(0);
    expect(others?.()).toBe(0);
    await new Promise((resolve) => setTimeout(resolve, 1_200));
    expect(statements?.()).toBe(before);
  });
});

describe('a subscription is refused', () => {
  it.each<[string, string, string]>([
    ['a value in its filter', '{ changes(where: { derivedFrom: "::" }) { kind } }', 'BAD_USER_INPUT'],
    ['a kind that is none', '{ changes(kinds: [TAG_RENAMED]) { kind } }', 'BAD_USER_INPUT'],
    ['depth', '{ changes { tag { manifest { tags { nodes { manifest { tags { nodes { id } } } } } } } } }', 'TOO_DEEP'],
    ['two root fields', '{ changes { kind } again: changes { kind } }', 'GRAPHQL_VALIDATION_FAILED'],
  ])('for %s', async (_, query, code) => {
    const follower = await follow(query);
    expect(await follower.message()).toMatchObject({ type: 'error', payload: [{ extensions: { code } }] });
  });

  it('above the ceiling of its cost, per event, and not below', async () => {
    // 100 for `changes`, one each for the change, the tag and the history, and 59 moves of 13 and 70 tags each: 5,000.
    const cost = (more: string) => `{ changes { tag { ${more} history(first: 59) { nodes { platformsAdded { name }
      manifest { annotations { key } tags(first: 70) { nodes { id } } } } } } } }`;
    const dear = await follow(cost('repository { id }'));
    expect(await dear.message()).toMatchObject({ payload: [{ extensions: { code: 'TOO_COSTLY' } }] });
    const fair = await follow(cost(''));
    await untilFollowed(db.catalog, 1);
    await point(db.catalog, '1', amd64);
    expect(await fair.message()).toMatchObject({ type: 'next' });
  });

  it(`on one socket beyond ${LIMITS.questionsPerSocket} questions at once, until one of them ends`, async () => {
    const follower = await follow(BRIEF);
    const payload = { query: `subscription ${BRIEF}` };
    const subscribe = (id: string) => follower.send({ id, type: 'subscribe', payload });
    for (let n = 1; n < LIMITS.questionsPerSocket; n += 1) subscribe(`n${n}`);
    subscribe('too many');
    const refused = { id: 'too many', type: 'error', payload: [{ extensions: { code: 'TOO_MANY_QUESTIONS' } }] };
    expect(await follower.message()).toMatchObject(refused);
    follower.send({ id: 'n1', type: 'complete' });
    subscribe('again');
    await untilFollowed(db.catalog, 1);
    await point(db.catalog, '1', amd64);
    const told: SocketMessage[] = [];
    while (told.length < LIMITS.questionsPerSocket) told.push(await follower.message());
    expect(told.map(({ id }) => id)).toContain('again');
    expect(told.every(({ type }) => type === 'next')).toBe(true);
  });
});
