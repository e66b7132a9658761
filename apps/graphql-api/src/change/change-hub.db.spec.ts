import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ensureRepository, inTransaction, recordSources, writeTags } from '@strata/catalog';
import type { ChangeRow } from '@strata/catalog';
import { freshDatabase, type FreshDatabase } from '@strata/catalog/testing';
import { anImage } from '@strata/oci/testing';
import { createLogger } from '@strata/runtime';
import { LIMITS } from '../limits/limits.js';
import { untilFollowed } from '../testing/follow-changes.js';
import { push } from '../testing/push.js';
import { createChangeHub, type ChangeHub } from './change-hub.js';

const image = anImage({ seed: 'hub' });
const REGISTRY = 'one.example';
const at = new Date('2026-11-21T09:00:00.000Z');
const logger = createLogger({ name: 'test', level: 'silent' });
const everything = { where: undefined, kinds: undefined };

let db: FreshDatabase;
let hub: ChangeHub;
beforeAll(async () => {
  db = await freshDatabase();
  await push(db.catalog, { registry: REGISTRY, repository: 'team/app', tag: null, manifest: image, at });
});
beforeEach(async () => {
  await db.catalog.pool.query('TRUNCATE change, tag CASCADE');
  hub = createChangeHub({ catalog: db.catalog, logger }, 3);
});
afterAll(() => db.drop());

/** Creates so many tags in one transaction, as a crawl does. */
async function createTags(prefix: string, count: number): Promise<void> {
  const sources = await recordSources(db.catalog, [{ name: 's', dialect: 'distribution', registryHost: REGISTRY }]);
  const { id: repositoryId } = await ensureRepository(db.catalog, sources.get('s') ?? 0, 'team/app', at);
  const { rows } = await db.catalog.pool.query<{ id: bigint }>('SELECT id FROM manifest');
  const about = { repositoryId, registryHost: REGISTRY, repository: 'team/app', version: 0, observedAt: at };
  const seen = { manifestId: rows[0]?.id ?? null, pushedAt: null, actor: null, via: 'crawl' } as const;
  const names = Array.from({ length: count }, (_, n) => `${prefix}${String(n).padStart(5, '0')}`);
  await inTransaction(db.catalog, (sql) =>
    writeTags(
      sql,
      names.map((tag) => ({ ...about, ...seen, tag })),
    ),
  );
}

async function take(changes: AsyncIterableIterator<ChangeRow, undefined>, count: number): Promise<readonly string[]> {
  const taken: string[] = [];
  while (taken.length < count) {
    const { value } = await changes.next();
    if (value === undefined) throw new Error('it has ended');
    taken.push(String(value.reference.split(':')[1]));
  }
  return taken;
}

describe('a hub', () => {
  it('drops who does not take its changes at the ceiling, while others of the same question hear them all', async () => {
    const slow = await hub.subscribe(everything);
    const quick = await hub.subscribe(everything);
    await untilFollowed(db.catalog, 1);
    const count = LIMITS.waitingChanges + 300;
    const heard = take(quick, count);
    await createTags('a', count);
    const names = await heard;
    expect(names).toHaveLength(count);
    expect(names).toEqual([...names].sort());
    await expect(slow.next()).rejects.toMatchObject({ extensions: { code: 'TOO_SLOW' } });
    expect(await slow.next()).toEqual({ done: true, value: undefined });
    await quick.return?.();
    await untilFollowed(db.catalog, 0);
  }, 30_000);

  it('reads a burst of many times the ceiling no quicker than it is taken, and drops nobody', async () => {
    const changes = await hub.subscribe(everything);
    const count = 3 * LIMITS.waitingChanges;
    await createTags('b', count);
    const names: string[] = [];
    while (names.length < count) {
      names.push(...(await take(changes, Math.min(50, count - names.length))));
      await pause(5); // the feed is read several times quicker than this
    }
    expect(new Set(names).size).toBe(count);
    await changes.return?.();
    await untilFollowed(db.catalog, 0);
  }, 30_000);

  it('follows so many different questions and no more, and any number of equal ones', async () => {
    const about = (name: string) => hub.subscribe({ where: { name: { eq: name } }, kinds: undefined });
    const three = [await about('1'), await about('2'), await about('3')];
    await expect(about('4')).rejects.toMatchObject({ extensions: { code: 'TOO_MANY_SUBSCRIPTIONS' } });
    const equal = await about('3');
    await three[0]?.return?.();
    const four = await about('4');
    for (const each of [...three, equal, four]) await each.return?.();
    await untilFollowed(db.catalog, 0);
  });

  it('can be left and joined at the same moment', async () => {
    for (let round = 0; round < 10; round += 1) {
      const first = await hub.subscribe(everything);
      const second = await (round % 2 === 0 ? leaveAndJoin(first) : joinAndLeave(first));
      await createTags(`c${round}-`, 1);
      expect(await take(second, 1)).toEqual([`c${round}-00000`]);
      await second.return?.();
    }
    await untilFollowed(db.catalog, 0);
  }, 30_000);

  it('goes on at the same place when the database ends the reading of the feed', async () => {
    const { pool } = db.catalog;
    const changes = await hub.subscribe({ where: { not: { labels: [{ key: 'none' }] } }, kinds: undefined });
    await createTags('d', 1);
    await take(changes, 1);
    const [open, lock] = [await pool.connect(), await pool.connect()];
    await open.query('BEGIN');
    await open.query('SELECT pg_current_xact_id()'); // holds back what is committed from now on
    await createTags('e', 1);
    await lock.query('BEGIN');
    await lock.query('LOCK TABLE image_config'); // which only the filter reads
    await open.query('ROLLBACK');
    const ended = `SELECT pg_terminate_backend(pid) FROM pg_locks WHERE relation = 'image_config'::regclass AND NOT granted`;
    while ((await pool.query(ended)).rowCount === 0) await pause(10);
    await lock.query('ROLLBACK');
    for (const client of [open, lock]) client.release();
    expect(await take(changes, 1)).toEqual(['e00000']);
    await changes.return?.();
    await untilFollowed(db.catalog, 0);
  }, 30_000);
});

type Changes = AsyncIterableIterator<ChangeRow, undefined>;

async function leaveAndJoin(first: Changes): Promise<Changes> {
  const [, second] = await Promise.all([first.return?.(), hub.subscribe(everything)]);
  return second;
}

/** The watch that the second has found is stopped before it can use it. */
async function joinAndLeave(first: Changes): Promise<Changes> {
  const [second] = await Promise.all([hub.subscribe(everything), first.return?.()]);
  return second;
}
