import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { quarantineDelivery, type RegistryEvent } from '@strata/registry-events';
import { aPush, someFacts } from '@strata/registry-events/testing';
import { recordSources } from '../source/record-sources.js';
import { freshDatabase, type FreshDatabase } from '../testing/fresh-database.js';
import { recordEvents } from './record-events.js';
import { replayEvents, type ReadAgain } from './replay-events.js';

const receivedAt = new Date('2026-08-20T10:15:31Z');
const now = new Date('2026-08-21T00:00:00Z');

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
const unreadable = (text: string) => quarantineDelivery(Buffer.from(text), 'BAD_JSON', 'cut');
const never: ReadAgain = () => {
  throw new Error('nothing needs to be read again');
};
const replay = (read: ReadAgain, where = {}) => replayEvents(database.catalog, { where, read, now });

async function rows(columns = 'state, work, reason, repository'): Promise<readonly unknown[]> {
  return (await database.catalog.pool.query<object>(`SELECT ${columns} FROM inbox ORDER BY id`)).rows;
}

describe('replayEvents', () => {
  it('starts an event afresh that the worker gave up on, under a generation that only grows', async () => {
    await record(aPush());
    await database.catalog.pool.query(
      `UPDATE inbox SET state = 'quarantined', generation = 7, starts = 6, attempts = 5, looks = 4, reason = 'EXHAUSTED',
                        detail = 'x', finished_at = now(), next_at = 'infinity'`,
    );
    expect(await replay(never)).toBe(1);
    expect(
      await rows(
        'state, work, generation, starts, attempts, looks, reason, detail, finished_at, next_at <= now() AS due',
      ),
    ).toEqual([
      {
        ...{ state: 'new', work: 'manifest', generation: 7, starts: 0, attempts: 0, looks: 0, reason: null },
        ...{ detail: null, finished_at: null, due: true },
      },
    ]);
  });

  it('reads again what the reader could not read, from the bytes as they were kept', async () => {
    await record(unreadable('kept'));
    const asked: unknown[] = [];
    const read: ReadAgain = (kept) => {
      asked.push(kept);
      return [aPush({ repository: 'team/found', raw: kept.raw })];
    };
    expect(await replay(read)).toBe(1);
    expect(asked).toEqual([{ dialect: 'distribution', raw: Buffer.from('kept'), receivedAt: expect.any(Date) }]);
    expect(await rows()).toEqual([{ state: 'new', work: 'manifest', reason: null, repository: 'team/found' }]);
  });

  it('leaves what still cannot be read where it is, with the reason of today, and counts only what is on its way', async () => {
    await record(unreadable('a'), unreadable('b'));
    const read: ReadAgain = ({ raw }) => [
      Buffer.from(raw).toString() === 'a'
        ? { ...someFacts({ raw }), kind: 'quarantined', reason: 'BAD_NAME', detail: 'y' }
        : { ...someFacts({ raw }), kind: 'ignored', reason: 'PULL' },
    ];
    expect(await replay(read)).toBe(0);
    expect(await rows('state, reason, detail, finished_at')).toEqual([
      { state: 'quarantined', reason: 'BAD_NAME', detail: 'y', finished_at: now },
      { state: 'ignored', reason: 'PULL', detail: null, finished_at: now },
    ]);
  });

  it('turns a delivery that proves to hold several events into as many rows', async () => {
    await record(unreadable('several'));
    expect(await replay(() => [aPush({ nativeId: 'e1' }), aPush({ nativeId: 'e2' })])).toBe(1);
    expect(await rows('state, detail')).toEqual([
      { state: 'done', detail: 'read again as 2 events' },
      { state: 'new', detail: null },
      { state: 'new', detail: null },
    ]);
  });

  it('touches only what the filter names and what is in quarantine', async () => {
    await record(aPush(), unreadable('a'), quarantineDelivery(Buffer.from('b'), 'TOO_DEEP', 'x'));
    expect(await replay(() => [aPush({ nativeId: 'again' })], { reason: ['TOO_DEEP'], state: ['new'] })).toBe(1);
    const found = await database.catalog.pool.query('SELECT state, reason FROM inbox ORDER BY reason');
    expect(found.rows).toEqual([
      { state: 'quarantined', reason: 'BAD_JSON' },
      { state: 'new', reason: null },
      { state: 'new', reason: null },
    ]);
  });

  it('goes through more rows than one page holds, and a second run finds none', async () => {
    await record(...Array.from({ length: 250 }, (_, index) => unreadable(`row ${index}`)));
    const read: ReadAgain = ({ raw }) => [aPush({ raw })];
    expect(await replay(read)).toBe(250);
    expect(await replay(read)).toBe(0);
  });

  it('replays each event once although two operators ask at the same time', async () => {
    await record(...Array.from({ length: 40 }, (_, index) => unreadable(`row ${index}`)));
    const read: ReadAgain = ({ raw }) => [aPush({ raw })];
    const counts = await Promise.all([replay(read), replay(read)]);
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(40);
  });
});
