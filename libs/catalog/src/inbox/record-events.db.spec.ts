import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { quarantineDelivery, type RegistryEvent } from '@strata/registry-events';
import { aPush, someFacts } from '@strata/registry-events/testing';
import { digestOf } from '@strata/oci';
import { freshDatabase, type FreshDatabase } from '../testing/fresh-database.js';
import { recordSources } from '../source/record-sources.js';
import { recordEvents, recordRows, rowsOf } from './record-events.js';
import { inboxRowOf } from './record-events-row.js';
import { createEventRecorder, EventsNotTakenError } from './record-events-together.js';

const receivedAt = new Date('2026-08-20T10:15:31Z');

let database: FreshDatabase;
let sourceId: number;
beforeAll(async () => {
  database = await freshDatabase();
  const ids = await recordSources(database.catalog, [
    { name: 'one', dialect: 'distribution', registryHost: 'registry.example' },
  ]);
  sourceId = ids.get('one') ?? 0;
});
afterAll(() => database.drop());
beforeEach(async () => void (await database.catalog.pool.query('TRUNCATE inbox')));

const record = (...events: readonly RegistryEvent[]) =>
  recordEvents(database.catalog, { sourceId, events, receivedAt });

async function rows(columns = 'work, state, reason, repository, tag'): Promise<readonly unknown[]> {
  return (await database.catalog.pool.query<object>(`SELECT ${columns} FROM inbox ORDER BY id`)).rows;
}

const keyOf = (event: RegistryEvent) => inboxRowOf(event, sourceId, receivedAt).dedupeKey;

const digest = digestOf(Buffer.from('x'));

describe('recordEvents', () => {
  const ends = { finished: true };
  it.each<readonly [string, RegistryEvent, Record<string, unknown>]>([
    ['a pushed manifest waits for work, its tag beside it', aPush({ tag: 'v1' }), { work: 'manifest', tag: 'v1' }],
    [
      'a pushed tag waits to be observed',
      { ...someFacts(), kind: 'tag-pushed', repository: 'team/app', tag: 'v1' },
      { work: 'tag', tag: 'v1' },
    ],
    [
      'a deleted tag waits to be observed',
      { ...someFacts(), kind: 'tag-deleted', repository: 'team/app', tag: 'v1' },
      { work: 'tag_deletion', tag: 'v1' },
    ],
    [
      'a deleted manifest waits for work',
      { ...someFacts(), kind: 'manifest-deleted', repository: 'team/app', digest },
      { work: 'manifest_deletion' },
    ],
    [
      'a deleted repository waits for work',
      { ...someFacts(), kind: 'repository-deleted', repository: 'team/app' },
      { work: 'repository_deletion' },
    ],
    [
      'a pull is finished at once',
      { ...someFacts(), kind: 'ignored', reason: 'PULL' },
      { work: 'none', state: 'ignored', reason: 'PULL', ...ends },
    ],
    [
      'what nobody can read is set aside with its reason',
      quarantineDelivery(Buffer.from('{'), 'BAD_JSON', 'it ends too early'),
      {
        work: 'none',
        state: 'quarantined',
        reason: 'BAD_JSON',
        detail: 'it ends too early',
        repository: null,
        ...ends,
      },
    ],
  ])('%s', async (_title, event, expected) => {
    expect(await record(event)).toEqual({ recorded: 1, repeated: 0, conflicting: 0 });
    const found = await rows('work, state, reason, detail, repository, tag, finished_at IS NOT NULL AS finished');
    const usual = { state: 'new', reason: null, detail: null, repository: 'team/app', tag: null, finished: false };
    expect(found).toEqual([{ ...usual, ...expected }]);
  });

  it('keeps every byte of an event', async () => {
    const raw = Buffer.from([0, 255, 254, 0x7b, 0, 0x5c, 0x78]);
    await record(aPush({ raw }));
    expect(await rows('raw')).toEqual([{ raw }]);
  });

  it.each([
    ['the same id', aPush({ nativeId: 'e1' })],
    ['no id and the same bytes', aPush()],
  ])('changes nothing when an event comes twice with %s, in one delivery or in two', async (_title, event) => {
    expect(await record(event, event)).toEqual({ recorded: 1, repeated: 1, conflicting: 0 });
    const before = await rows('*');
    expect(await record(event, event, event)).toEqual({ recorded: 0, repeated: 3, conflicting: 0 });
    expect(await rows('*')).toEqual(before);
  });

  it('tells events of two sources apart, even with the same id', async () => {
    const ids = await recordSources(database.catalog, [
      { name: 'two', dialect: 'distribution', registryHost: 'registry.example' },
    ]);
    await record(aPush({ nativeId: 'e1' }));
    const other = { sourceId: ids.get('two') ?? 0, events: [aPush({ nativeId: 'e1' })], receivedAt };
    expect(await recordEvents(database.catalog, other)).toEqual({ recorded: 1, repeated: 0, conflicting: 0 });
  });

  it('sets aside an id that was used before for other bytes, once however often it comes', async () => {
    const conflicting = aPush({ nativeId: 'e1', repository: 'team/other' });
    await record(aPush({ nativeId: 'e1' }));
    expect(await record(conflicting)).toEqual({ recorded: 0, repeated: 0, conflicting: 1 });
    expect(await record(conflicting, aPush({ nativeId: 'e2' }))).toEqual({ recorded: 1, repeated: 0, conflicting: 1 });
    expect(await rows('state, reason, repository')).toEqual([
      { state: 'new', reason: null, repository: 'team/app' },
      { state: 'quarantined', reason: 'ID_CONFLICT', repository: 'team/other' },
      { state: 'new', reason: null, repository: 'team/app' },
    ]);
  });

  it('finds a conflict within one delivery', async () => {
    await record(aPush({ nativeId: 'e1' }), aPush({ nativeId: 'e1', repository: 'team/other' }));
    expect(await rows('reason')).toEqual([{ reason: null }, { reason: 'ID_CONFLICT' }]);
  });

  it('stores text that PostgreSQL refuses, visibly escaped, and cuts what is too long', async () => {
    const actor = `a\0b\ud800${'c'.repeat(1_000)}`;
    await record(aPush({ actor, action: 'push\0' }));
    expect(await rows('actor, action')).toEqual([
      { actor: `a\\u0000b\\ud800${'c'.repeat(255 - 14)}`, action: 'push\\u0000' },
    ]);
  });

  it.each([new Date(Number.NaN), new Date(8.64e15), new Date(-8.64e15)])(
    'drops a time of the sender that no calendar here can hold (%#)',
    async (sourceTime) => {
      await record(aPush({ sourceTime }));
      expect(await rows('source_time')).toEqual([{ source_time: null }]);
    },
  );

  it('never deadlocks when deliveries with the same events in another order overlap', async () => {
    const byKey = (one: RegistryEvent, other: RegistryEvent) => keyOf(one).compare(keyOf(other));
    const events = Array.from({ length: 9 }, (_, index) => aPush({ nativeId: `e${index}` })).sort(byKey);
    const { pool } = database.catalog;
    const blocker = await pool.connect();
    await blocker.query('BEGIN');
    await recordRows(blocker, rowsOf({ sourceId, events: events.slice(4, 5), receivedAt })); // the one in the middle
    const both = [record(...events), record(...events.toReversed())];
    for (let waiting = 0; waiting < 2;) {
      const locks = await pool.query<{ waiting: number }>(
        'SELECT count(*)::int AS waiting FROM pg_locks JOIN pg_stat_activity USING (pid) WHERE NOT granted AND datname = current_database()',
      );
      waiting = locks.rows[0]?.waiting ?? 0;
    }
    await blocker.query('ROLLBACK');
    blocker.release();
    const counts = await Promise.all(both);
    expect(counts.map(({ recorded }) => recorded).sort()).toEqual([0, 9]);
  });
});

describe('an event recorder', () => {
  const delivery = (id: string) => ({ sourceId, events: [aPush({ nativeId: id })], receivedAt });

  it('returns only once the events are committed, whoever shares the commit', async () => {
    const recorder = createEventRecorder(database.catalog, { maxInFlight: 1 });
    await Promise.all(
      Array.from({ length: 50 }, async (_, index) => {
        await recorder.record(delivery(`e${index}`));
        const found = await database.catalog.pool.query('SELECT FROM inbox WHERE raw = $1', [
          delivery(`e${index}`).events[0]?.raw,
        ]);
        expect(found.rowCount).toBe(1);
      }),
    );
    expect(await rows('id')).toHaveLength(50);
  });

  it('lets a delivery that the database refuses fail alone', async () => {
    const recorder = createEventRecorder(database.catalog, { maxInFlight: 1 });
    const ofNobody = { ...delivery('bad'), sourceId: 999_999 };
    const results = await Promise.allSettled(
      [delivery('first'), delivery('a'), ofNobody, delivery('b')].map((received) => recorder.record(received)),
    );
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled']);
    expect(await rows('id')).toHaveLength(3);
  });

  it('gives up in time when the database hangs, and works again when it is back', async () => {
    const recorder = createEventRecorder(database.catalog, { maxInFlight: 1, timeoutMs: 200 });
    const blocker = await database.catalog.pool.connect();
    await blocker.query('BEGIN');
    await blocker.query('LOCK TABLE inbox IN ACCESS EXCLUSIVE MODE');
    try {
      await expect(recorder.record(delivery('e1'))).rejects.toBeInstanceOf(EventsNotTakenError);
      await expect(recorder.record(delivery('e2'))).rejects.toBeInstanceOf(EventsNotTakenError);
    } finally {
      await blocker.query('ROLLBACK');
      blocker.release();
    }
    await recorder.record(delivery('e3'));
    const found = await database.catalog.pool.query('SELECT FROM inbox WHERE raw = $1', [
      aPush({ nativeId: 'e2' }).raw,
    ]);
    expect(found.rowCount).toBe(0); // nobody waited for it any more
  });
});
