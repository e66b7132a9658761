import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { claimCrawl, finishCrawl, recordSources, requestCrawl, scheduleCrawls, type CrawlRun } from '@strata/catalog';
import { freshDatabase, type FreshDatabase } from '@strata/catalog/testing';
import { followCrawl } from './follow-crawl.js';
import { runCommandLine } from './run-command-line.js';
import { recordedTools } from './testing/recorded-tools.js';

const NEVER = { fullEveryMs: null, sampleEveryMs: null, dirtyEveryMs: null };

let database: FreshDatabase;
beforeAll(async () => {
  database = await freshDatabase();
  await recordSources(database.catalog, [{ name: 'one', dialect: 'distribution', registryHost: 'one.example' }]);
});
afterAll(() => database.drop());
beforeEach(() => database.catalog.pool.query('TRUNCATE crawl_run, crawl_absence'));

async function aWaitingCrawl(): Promise<CrawlRun> {
  const request = { source: 'one', repository: null, trigger: 'request', now: new Date() } as const;
  const run = await requestCrawl(database.catalog.pool, request);
  if (run === null) throw new Error('there is such a source');
  return run;
}

/** What a worker does when it has nothing else to do; it says that it is there. */
const aWorkerLooks = () =>
  scheduleCrawls(database.catalog, [{ source: 'one', ...NEVER }], { now: new Date(), random: () => 0.5 });

/** A worker walks what waits, as soon as there is something. */
async function walk(state: 'complete' | 'incomplete' | 'asking'): Promise<void> {
  for (;;) {
    const held = await claimCrawl(database.catalog, { sources: ['one'], leaseMs: 60_000, now: new Date() });
    if (held !== null)
      return finishCrawl(database.catalog.pool, held, { state, error: `it is ${state}`, now: new Date() });
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

describe('strata crawl', () => {
  it('says that no worker is running when nobody takes the crawl, and the crawl stays', async () => {
    const { tools, out } = recordedTools();
    const following = followCrawl(database.catalog.pool, await aWaitingCrawl(), tools, { workerLimitMs: 0 });
    await expect(following).rejects.toThrow(
      'no worker that knows the source one is running; the crawl begins when one',
    );
    expect(out()).toBe('one: waiting for a worker\n');
    const { rows } = await database.catalog.pool.query('SELECT state FROM crawl_run');
    expect(rows).toEqual([{ state: 'waiting' }]);
  });

  it('waits for a worker that is there and has other things to do', async () => {
    await aWorkerLooks();
    const following = followCrawl(database.catalog.pool, await aWaitingCrawl(), recordedTools().tools, {
      workerLimitMs: 0,
    });
    const [run] = await Promise.all([following, walk('complete')]);
    expect(run.state).toBe('complete');
  });

  it.each([
    ['complete', 0],
    ['incomplete', 1],
    ['asking', 3],
  ] as const)('ends when the crawl is %s, with status %d, and says why', async (state, expected) => {
    const { tools, out } = recordedTools({ DATABASE_URL: database.url });
    const [status] = await Promise.all([runCommandLine(['crawl', 'one', 'team/app', '--confirm'], tools), walk(state)]);
    expect([status, out()]).toEqual([expected, expect.stringContaining(`it is ${state}`)]);
    const { rows } = await database.catalog.pool.query('SELECT kind, repository, confirmed FROM crawl_run');
    expect(rows).toEqual([{ kind: 'repository', repository: 'team/app', confirmed: true }]);
  });

  it('refuses a source that nobody knows, with its name', async () => {
    const { tools } = recordedTools({ DATABASE_URL: database.url });
    await expect(runCommandLine(['crawl', 'nobody'], tools)).rejects.toThrow('there is no source "nobody"');
  });

  it.each([
    [[], 'say which source'],
    [['one', '../etc'], '"../etc" is not the name of a repository'],
  ])('refuses %j', async (args, words) => {
    const { tools, err } = recordedTools({ DATABASE_URL: database.url });
    expect([await runCommandLine(['crawl', ...args], tools), err()]).toEqual([2, expect.stringContaining(words)]);
  });
});
