import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { inTransaction, type Sql } from '../open-catalog.js';
import { recordSources } from '../source/record-sources.js';
import { freshDatabase, type FreshDatabase } from '../testing/fresh-database.js';
import { StaleCrawlError, type HeldCrawl } from './crawl-run.js';
import { addCrawlWork } from './crawl-work.js';
import { advanceCrawl, claimCrawl, finishCrawl, noteCrawlTrouble, releaseCrawl, renewCrawl } from './hold-crawl.js';
import { requestCrawl } from './request-crawl.js';

const now = new Date('2026-11-21T12:00:00Z');
const STEP = { cursor: { at: 'somewhere' }, seen: 100, repaired: 1, removed: 0, expected: 200 };

let database: FreshDatabase;
beforeAll(async () => {
  database = await freshDatabase();
  await recordSources(database.catalog, [{ name: 'one', dialect: 'distribution', registryHost: 'one.example' }]);
});
afterAll(() => database.drop());
beforeEach(async () => {
  await database.catalog.pool.query('TRUNCATE crawl_run, crawl_absence, inbox');
  await requestCrawl(database.catalog.pool, { source: 'one', repository: null, trigger: 'request', now });
});

const claim = (leaseMs: number) => claimCrawl(database.catalog, { sources: ['one'], leaseMs, now });

async function claimed(leaseMs: number): Promise<HeldCrawl> {
  const held = await claim(leaseMs);
  if (held === null) throw new Error('there is a crawl to walk');
  return held;
}

const row = async (): Promise<unknown> => (await database.catalog.pool.query('SELECT * FROM crawl_run')).rows;

describe('a crawl', () => {
  it('is walked by one worker while its lease lasts, and goes on where it was when it is taken over', async () => {
    const first = await claimed(60_000);
    expect(await claim(60_000)).toBeNull();
    await advanceCrawl(database.catalog.pool, first, STEP);
    await releaseCrawl(database.catalog.pool, first);
    expect(await claimed(60_000)).toMatchObject({ id: first.id, cursor: STEP.cursor, seen: 100, generation: 2 });
  });

  it.each<readonly [string, (sql: Sql, held: HeldCrawl) => Promise<void>, boolean]>([
    ['moves on', (sql, held) => advanceCrawl(sql, held, STEP), true],
    ['keeps its lease', (sql, held) => renewCrawl(sql, held, 60_000), true],
    ['ends', (sql, held) => finishCrawl(sql, held, { state: 'complete', error: null, now }), true],
    ['is let go', releaseCrawl, false],
    ['tells of trouble', (sql, held) => noteCrawlTrouble(sql, held, 'too late'), false],
  ])('that was taken over is not changed when its first worker says that it %s', async (_says, say, isTold) => {
    const first = await claimed(0);
    await claimed(60_000);
    const before = await row();
    const late = say(database.catalog.pool, first);
    await (isTold ? expect(late).rejects.toThrow(StaleCrawlError) : late);
    expect(await row()).toEqual(before);
  });

  it('that was taken over gets nothing of a step of its first worker', async () => {
    const first = await claimed(0);
    await claimed(60_000);
    const step = inTransaction(database.catalog, async (sql) => {
      await addCrawlWork(sql, first, [{ work: 'tag', repository: 'team/app', tag: 'v1', digest: null }]);
      await advanceCrawl(sql, first, STEP);
    });
    await expect(step).rejects.toThrow(StaleCrawlError);
    expect((await database.catalog.pool.query('SELECT FROM inbox')).rowCount).toBe(0);
  });
});
