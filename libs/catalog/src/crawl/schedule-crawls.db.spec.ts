import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { openCatalog, type Catalog } from '../open-catalog.js';
import { recordSources } from '../source/record-sources.js';
import { freshDatabase, type FreshDatabase } from '../testing/fresh-database.js';
import { claimCrawl, finishCrawl } from './hold-crawl.js';
import { markDirty } from './mark-dirty.js';
import { requestCrawl } from './request-crawl.js';
import { scheduleCrawls } from './schedule-crawls.js';

const PROCESSES = 6;
const SOURCES = ['one', 'two', 'three'];
const MINUTE = 60_000;
const NOW = new Date('2026-11-21T12:00:00Z');
const at = (minutes: number) => new Date(NOW.getTime() + minutes * MINUTE);
const schedules = SOURCES.map((source) => ({
  ...{ source, fullEveryMs: 360 * MINUTE, sampleEveryMs: 5 * MINUTE, dirtyEveryMs: 10 * MINUTE },
}));

let database: FreshDatabase;
/** Each with connections of its own, like a process. */
let processes: readonly Catalog[];
let ids: ReadonlyMap<string, number>;
beforeAll(async () => {
  database = await freshDatabase();
  processes = Array.from({ length: PROCESSES }, () =>
    openCatalog({ databaseUrl: database.url, poolSize: 2, onError: () => undefined }),
  );
  ids = await recordSources(
    database.catalog,
    SOURCES.map((name) => ({ name, dialect: 'distribution', registryHost: `${name}.example` })),
  );
});
afterAll(async () => {
  await Promise.all(processes.map((one) => one.close()));
  await database.drop();
});
beforeEach(async () => {
  await database.catalog.pool.query('TRUNCATE crawl_run, crawl_absence');
  await database.catalog.pool.query(
    'UPDATE source SET crawl_full_at = NULL, crawl_sample_at = NULL, crawl_dirty_at = NULL, dirty_since = NULL',
  );
});

/** All processes look at once, again and again, and end what is there to be walked. */
const race = (now: Date, rounds = 5) =>
  Promise.all(
    processes.map(async (catalog) => {
      for (let left = rounds; left > 0; left -= 1) {
        await scheduleCrawls(catalog, schedules, { now, random: () => 0.5 });
        const held = await claimCrawl(catalog, { sources: SOURCES, leaseMs: MINUTE, now });
        if (held !== null) await finishCrawl(catalog.pool, held, { state: 'complete', error: null, now });
      }
    }),
  );

/** What was begun since it was asked last. */
async function begun(): Promise<readonly string[]> {
  const { rows } = await database.catalog.pool.query<{ run: string }>(
    `WITH ended AS (DELETE FROM crawl_run RETURNING source_id, kind, trigger)
     SELECT concat_ws(' ', source.name, kind, trigger) AS run FROM ended JOIN source ON source.id = source_id ORDER BY 1`,
  );
  return rows.map(({ run }) => run);
}

const each = (words: string) => SOURCES.map((source) => `${source} ${words}`).sort();

describe('however many processes look at once', () => {
  it('each crawl that is due is begun once: the first, the scheduled ones, and the one after a loss', async () => {
    await race(NOW);
    expect(await begun()).toEqual(each('full start'));
    await race(at(5));
    expect(await begun()).toEqual(each('sample schedule'));
    await race(at(360));
    expect(await begun()).toEqual(each('full schedule'));
    for (const id of ids.values()) await markDirty(database.catalog.pool, id, at(361));
    await race(at(362));
    expect(await begun()).toEqual(each('full dirty'));
  });

  it('no sample is begun while a crawl asks, be it about one repository', async () => {
    await race(NOW);
    const request = { source: 'one', repository: 'team/app', trigger: 'request', now: NOW } as const;
    await requestCrawl(database.catalog.pool, request);
    const held = await claimCrawl(database.catalog, { sources: ['one'], leaseMs: MINUTE, now: NOW });
    if (held === null) throw new Error('there is no crawl to walk');
    await finishCrawl(database.catalog.pool, held, { state: 'asking', error: 'may I?', now: NOW });
    await race(at(5));
    expect((await begun()).filter((run) => run.includes('sample'))).toEqual([
      'three sample schedule',
      'two sample schedule',
    ]);
  });

  it('a crawl that many ask for is one, and one worker gets it', async () => {
    const request = { source: 'one', repository: null, trigger: 'request', now: NOW } as const;
    await Promise.all(processes.map(({ pool }) => requestCrawl(pool, request)));
    const held = await Promise.all(
      processes.map((catalog) => claimCrawl(catalog, { sources: SOURCES, leaseMs: MINUTE, now: NOW })),
    );
    expect(held.filter((one) => one !== null)).toHaveLength(1);
    expect(await begun()).toEqual(['one full request']);
  });
});
