import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { digestOf } from '@strata/oci';
import { aPush } from '@strata/registry-events/testing';
import { inTransaction } from '../open-catalog.js';
import { recordSources } from '../source/record-sources.js';
import { dumpTables } from '../testing/dump-tables.js';
import { freshDatabase, type FreshDatabase } from '../testing/fresh-database.js';
import { MAX_STARTS, claimEvents, claimSuspect, renewLeases } from './claim-event.js';
import { StaleHandOverError, type ClaimedEvent, type HandedEvent } from './claimed-event.js';
import { countDerived, deriveEvents, type DerivedWork } from './derive-events.js';
import { concludeEvents, deferEvent, endEvent, lockHandOvers } from './end-event.js';
import { recordEvents } from './record-events.js';
import { returnAllEvents, returnEvents, returnExpiredEvents } from './return-events.js';
import { takeDueEvents } from './take-due-events.js';

let database: FreshDatabase;
let ids: ReadonlyMap<string, number>;
beforeAll(async () => {
  database = await freshDatabase();
  const sources = ['one', 'two'].map((name) => ({ name, dialect: 'distribution', registryHost: 'registry.example' }));
  ids = await recordSources(database.catalog, sources);
});
afterAll(() => database.drop());
beforeEach(() => query('TRUNCATE inbox'));

const LEASE_MS = 60_000;
const DONE = { state: 'done', reason: null } as const;

async function query<Row extends object>(text: string, values: unknown[] = []): Promise<Row[]> {
  return (await database.catalog.pool.query<Row>(text, values)).rows;
}
const receive = (source: string, count: number) =>
  recordEvents(database.catalog, {
    sourceId: ids.get(source) ?? 0,
    events: Array.from({ length: count }, (_, index) => aPush({ nativeId: `${source} ${index}` })),
    receivedAt: new Date(),
  });
const take = (queuedPerSource = 1_000) => takeDueEvents(database.catalog, { queuedPerSource, leaseMs: LEASE_MS });
const claim = (handed: readonly HandedEvent[]) => claimEvents(database.catalog, handed, LEASE_MS);
const rows = (columns: string) => query(`SELECT ${columns} FROM inbox ORDER BY id`);
const expire = () => query(`UPDATE inbox SET lease_until = now() - interval '1 s' WHERE state = 'queued'`);
const makeDue = () => query(`UPDATE inbox SET next_at = now() WHERE state = 'new'`);
async function one(): Promise<ClaimedEvent> {
  await receive('one', 1);
  const [claimed] = await claim(await take());
  if (claimed === undefined) throw new Error('nothing was claimed');
  return claimed;
}

describe('what is due', () => {
  it('is leased out once, in the order in which it is due', async () => {
    await receive('one', 3);
    await query(`UPDATE inbox SET next_at = now() - (id % 2) * interval '1 minute'`);
    expect(await take()).toHaveLength(3);
    expect(await rows(`state, generation, lease_until > now() + interval '59 s' AS leased`)).toEqual(
      Array.from({ length: 3 }, () => ({ state: 'queued', generation: 1, leased: true })),
    );
    expect(await take()).toEqual([]);
  });

  it('is what its time has come for, oldest first where not all may go', async () => {
    await receive('one', 3);
    await query(`UPDATE inbox SET next_at = now() + interval '1 hour' WHERE id = (SELECT min(id) FROM inbox)`);
    await query(`UPDATE inbox SET next_at = now() - interval '1 hour' WHERE id = (SELECT max(id) FROM inbox)`);
    await take(1);
    expect(await rows('state')).toEqual([{ state: 'new' }, { state: 'new' }, { state: 'queued' }]);
  });

  it('is shared out: a source with a thousand events delays no other, and is given more once half of its share is through', async () => {
    await receive('one', 1_000);
    await receive('two', 5);
    const share = () =>
      query(
        'SELECT source.name, count(*)::int FROM inbox JOIN source ON source.id = source_id WHERE inbox.state = $1 GROUP BY 1 ORDER BY 1',
        ['queued'],
      );
    await take(20);
    expect(await share()).toEqual([
      { name: 'one', count: 20 },
      { name: 'two', count: 5 },
    ]);
    const end = (count: number) =>
      query(
        `UPDATE inbox SET state = 'done', finished_at = now(), lease_until = NULL
          WHERE id IN (SELECT id FROM inbox WHERE state = 'queued' AND source_id = $1 LIMIT $2)`,
        [ids.get('one'), count],
      );
    await end(9);
    expect(await take(20)).toEqual([]);
    await end(1);
    expect(await take(20)).toHaveLength(10);
  });

  it('stays where it is while its source is paused, and other sources go on', async () => {
    await receive('one', 2);
    await receive('two', 2);
    await query(`UPDATE source SET paused_until = now() + interval '1 minute' WHERE name = 'one'`);
    expect(await take()).toHaveLength(2);
    await query(`UPDATE source SET paused_until = now()`);
    expect(await take()).toHaveLength(2);
  });

  it.each([2, 3, 5])('is given to one relay each, whichever of %i is faster: none lost, none twice', async (relays) => {
    await receive('one', 300);
    await receive('two', 300);
    const taken: HandedEvent[] = [];
    const relay = async (): Promise<void> => {
      for (let handed = await take(37); handed.length > 0; handed = await take(37)) {
        taken.push(...handed);
        await concludeEvents(
          database.catalog.pool,
          handed.map((event) => ({ event, outcome: { kind: 'end', end: DONE } as const })),
        );
      }
    };
    for (let more = true; more; more = (await rows('FROM inbox')).length === 0) {
      await Promise.all(Array.from({ length: relays }, relay));
      if ((await query(`SELECT FROM inbox WHERE state = 'new'`)).length === 0) break;
    }
    expect(taken).toHaveLength(600);
    expect(new Set(taken.map(({ id }) => id)).size).toBe(600);
    expect(await query(`SELECT FROM inbox WHERE state <> 'done' OR generation <> 1`)).toEqual([]);
  });
});

describe('what comes back', () => {
  it('is what could not be handed over, at once', async () => {
    await receive('one', 2);
    const handed = await take();
    expect(await returnEvents(database.catalog, handed)).toBe(2);
    expect(await returnEvents(database.catalog, handed)).toBe(0);
    expect((await take()).map(({ generation }) => generation)).toEqual([2, 2]);
  });

  it('is what nobody renewed the lease of, not what is under way, and later each time it was begun', async () => {
    await receive('one', 3);
    const handed = await take();
    const claimed = await claim(handed.slice(0, 2));
    await expire();
    await renewLeases(database.catalog, claimed.slice(0, 1), LEASE_MS);
    expect(await returnExpiredEvents(database.catalog)).toBe(2);
    expect(await rows(`state, starts, next_at > now() AS later`)).toEqual([
      { state: 'queued', starts: 1, later: false },
      { state: 'new', starts: 1, later: true },
      { state: 'new', starts: 0, later: false },
    ]);
  });

  it('is everything when the queue has lost its memory', async () => {
    await receive('one', 2);
    await receive('two', 1);
    const [first] = await take();
    if (first !== undefined) await endEvent(database.catalog.pool, first, DONE);
    expect(await returnAllEvents(database.catalog)).toBe(2);
  });

  it('is never a row that somebody is just about to end', async () => {
    const event = await one();
    await expire();
    await inTransaction(database.catalog, async (sql) => {
      await lockHandOvers(sql, [event]);
      expect(await returnExpiredEvents(database.catalog)).toBe(0);
      expect(await returnAllEvents(database.catalog)).toBe(0);
      await renewLeases(database.catalog, [event], LEASE_MS);
      await endEvent(sql, event, DONE);
    });
    expect(await rows('state')).toEqual([{ state: 'done' }]);
  });
});

describe('a row that ends its workers', () => {
  const begin = async (): Promise<ClaimedEvent | null> => {
    await makeDue();
    const [handed] = await take();
    if (handed === undefined) return null;
    const [claimed] = await claim([handed]);
    return claimed ?? claimSuspect(database.catalog, handed, LEASE_MS);
  };

  it(`is begun exactly ${MAX_STARTS} times, then set aside`, async () => {
    await receive('one', 1);
    for (let start = 1; start <= MAX_STARTS; start += 1) {
      expect(await begin()).not.toBeNull();
      expect(await rows('starts, state')).toEqual([{ starts: start, state: 'queued' }]);
      await expire();
      await returnExpiredEvents(database.catalog);
    }
    expect(await begin()).toBeNull();
    expect(await rows('state, reason, starts, lease_until, finished_at IS NOT NULL AS finished')).toEqual([
      { state: 'quarantined', reason: 'CRASHES_WORKER', starts: MAX_STARTS, lease_until: null, finished: true },
    ]);
    await makeDue();
    expect(await take()).toEqual([]);
  });

  it('is a suspect after the first time, which no group of events is begun with', async () => {
    await receive('one', 3);
    await claim((await take()).slice(0, 1));
    await expire();
    await returnAllEvents(database.catalog);
    expect(await claim(await take())).toHaveLength(2);
  });

  it('is no suspect once its work was put back in order', async () => {
    const event = await one();
    await deferEvent(database.catalog.pool, event, { delayMs: 0, attempts: 1, looks: 0, reason: 'UNAVAILABLE' });
    expect(await claim(await take())).toMatchObject([{ attempts: 1 }]);
  });
});

describe('a hand-over that was overtaken', () => {
  const overtaken = async (): Promise<ClaimedEvent> => {
    const event = await one();
    await expire();
    await returnAllEvents(database.catalog);
    expect((await take()).map(({ generation }) => generation)).toEqual([event.generation + 1]);
    return event;
  };

  it('can neither begin, nor renew, nor end, nor put back, nor return the row', async () => {
    const stale = await overtaken();
    const before = await dumpTables(database.catalog.pool);
    expect(await claim([stale])).toEqual([]);
    expect(await claimSuspect(database.catalog, stale, LEASE_MS)).toBeNull();
    await renewLeases(database.catalog, [stale], 2 * LEASE_MS);
    expect(await returnEvents(database.catalog, [stale])).toBe(0);
    await expect(endEvent(database.catalog.pool, stale, DONE)).rejects.toBeInstanceOf(StaleHandOverError);
    const delay = { delayMs: 0, attempts: 0, looks: 0, reason: 'x' };
    await expect(deferEvent(database.catalog.pool, stale, delay)).rejects.toBeInstanceOf(StaleHandOverError);
    expect(await lockHandOvers(database.catalog.pool, [stale])).toEqual(new Set());
    expect(await dumpTables(database.catalog.pool)).toEqual(before);
  });

  it('ends once although its job runs twice at the same time', async () => {
    const event = await one();
    const ends = await Promise.allSettled([1, 2].map(() => endEvent(database.catalog.pool, event, DONE)));
    expect(ends.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  });
});

describe('an end and its effect', () => {
  it('are one commit: when the process dies in between, neither is there', async () => {
    const event = await one();
    const before = await dumpTables(database.catalog.pool);
    const dies = inTransaction(database.catalog, async (sql) => {
      await sql.query(
        `INSERT INTO layer (digest, media_type_id, size_bytes) SELECT $1, id, 1 FROM media_type LIMIT 1`,
        [Buffer.from([1])],
      );
      await deriveEvents(sql, [{ cause: event, work: aLook() }]);
      await endEvent(sql, event, DONE);
      await database.catalog.pool.query('SELECT pg_terminate_backend($1)', [
        (await sql.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')).rows[0]?.pid,
      ]);
      await new Promise((resolve) => setTimeout(resolve, 50)); // the connection breaks while nobody uses it
    });
    await expect(dies).rejects.toThrow();
    expect(await dumpTables(database.catalog.pool)).toEqual(before);
  });

  it('hold what other hand-overs of the same row may not take', async () => {
    const event = await one();
    await inTransaction(database.catalog, async (sql) => {
      expect(await lockHandOvers(sql, [event, { id: 999_999n, generation: 1 }])).toEqual(new Set([event.id]));
      await endEvent(sql, event, DONE);
    });
    expect(await lockHandOvers(database.catalog.pool, [event])).toEqual(new Set());
  });
});

const aLook = (changes: Partial<DerivedWork> = {}): DerivedWork => ({
  ...{ work: 'tag', action: 'observe', repository: 'team/app', tag: 'v1', digest: digestOf(Buffer.from('a')) },
  ...{ depth: 0, looks: 1, delayMs: 2_000, ...changes },
});

describe('work that follows from other work', () => {
  it('is a row like any other, due when it says, that goes back to the received event', async () => {
    const event = await one();
    await deriveEvents(database.catalog.pool, [{ cause: event, work: aLook({ depth: 1 }) }]);
    const [, row] = await rows(`root_id, depth, work, action, repository, tag, looks, state, source_id, actor,
                                next_at BETWEEN now() + interval '1 s' AND now() + interval '3 s' AS soon`);
    expect(row).toEqual({
      ...{ root_id: event.id, depth: 1, work: 'tag', action: 'observe', repository: 'team/app', tag: 'v1', looks: 1 },
      ...{ state: 'new', source_id: ids.get('one'), actor: 'ci-bot', soon: true },
    });
  });

  it('is added once by one hand-over, and again by a later one', async () => {
    const event = await one();
    const derive = (cause: ClaimedEvent) =>
      deriveEvents(database.catalog.pool, [
        { cause, work: aLook() },
        { cause, work: aLook() },
      ]);
    await derive(event);
    await derive(event);
    expect(await countDerived(database.catalog.pool, event.id, [])).toBe(1);
    await derive({ ...event, generation: event.generation + 1 });
    expect(await countDerived(database.catalog.pool, event.id, [])).toBe(2);
  });

  it('is counted by the received event, without what is asked for again', async () => {
    const event = await one();
    const digests = ['a', 'b', 'c'].map((text) => digestOf(Buffer.from(text)));
    await deriveEvents(
      database.catalog.pool,
      digests.map((digest) => ({ cause: event, work: aLook({ digest }) })),
    );
    await deriveEvents(database.catalog.pool, [{ cause: event, work: aLook({ digest: null, tag: 'v2' }) }]);
    expect(await countDerived(database.catalog.pool, event.id, digests.slice(0, 2))).toBe(2);
  });
});
