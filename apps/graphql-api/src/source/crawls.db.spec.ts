import { afterEach, describe, expect, it } from '@jest/globals';
import { claimCrawl, finishCrawl } from '@strata/catalog';
import { askSmallCatalog } from '../testing/ask-small-catalog.js';

const { answer, api, db } = askSmallCatalog();
const SOURCE = 'source-of-one.example';
const RUN = 'source repository finishedAt complete seen repaired removed error';

afterEach(() => db().catalog.pool.query('TRUNCATE crawl_run, crawl_absence'));

const lastCrawl = async () => {
  const { sources } = (await answer(`{ sources { name state driftPerMille lastCrawl { ${RUN} } } }`)) as {
    sources: readonly { name: string }[];
  };
  return sources.find(({ name }) => name === SOURCE);
};

async function end(state: 'complete' | 'asking', counts: string): Promise<void> {
  const { catalog } = db();
  const now = new Date();
  const held = await claimCrawl(catalog, { sources: [SOURCE], leaseMs: 1_000, now });
  if (held === null) throw new Error('nobody asked for a crawl');
  await catalog.pool.query(`UPDATE crawl_run SET ${counts} WHERE id = $1`, [held.id]);
  await finishCrawl(catalog.pool, held, {
    state,
    error: state === 'asking' ? `strata crawl ${SOURCE} --confirm` : null,
    now,
  });
}

describe('crawl', () => {
  it('asks for a crawl of everything, or of one repository, once however often it is asked', async () => {
    const ask = (repository: string) =>
      answer(`mutation { crawl(source: "${SOURCE}"${repository}) { id ${RUN} } }`) as Promise<{ crawl: object }>;
    const first = await ask('');
    expect(first.crawl).toMatchObject({ source: SOURCE, repository: null, finishedAt: null, complete: false, seen: 0 });
    expect(await ask('')).toEqual(first);
    expect((await ask(', repository: "team/web"')).crawl).toMatchObject({ repository: 'team/web' });
    const { rows } = await db().catalog.pool.query('SELECT kind, state, trigger FROM crawl_run ORDER BY id');
    expect(rows).toEqual([
      { kind: 'full', state: 'waiting', trigger: 'request' },
      { kind: 'repository', state: 'waiting', trigger: 'request' },
    ]);
  });

  it.each([
    ['a source that nobody knows', 'source: "nobody"', 'source'],
    ['what is no repository', `source: "${SOURCE}", repository: "../etc"`, 'repository'],
  ])('refuses %s', async (_, args, argument) => {
    const { codes, errors } = await api().ask(`mutation { crawl(${args}) { id } }`);
    expect([codes, errors[0]?.extensions?.['argument']]).toEqual([['BAD_USER_INPUT'], argument]);
  });

  it('cannot be asked for by GET', async () => {
    const query = encodeURIComponent(`mutation { crawl(source: "${SOURCE}") { id } }`);
    const { status } = await fetch(`${api().url}/graphql?query=${query}`, {
      headers: { 'graphql-require-preflight': '1' },
    });
    expect(status).toBe(405);
    expect((await db().catalog.pool.query('SELECT FROM crawl_run')).rowCount).toBe(0);
  });
});

describe('a source', () => {
  it('has no crawl and no drift before the first', async () => {
    expect(await lastCrawl()).toMatchObject({ state: 'HEALTHY', driftPerMille: 0, lastCrawl: null });
  });

  it('shows its last crawl, and what that had to repair per thousand', async () => {
    await answer(`mutation { crawl(source: "${SOURCE}") { id } }`);
    await end('complete', 'seen = 1990, repaired = 50, removed = 10');
    expect(await lastCrawl()).toMatchObject({
      driftPerMille: 30,
      lastCrawl: { complete: true, seen: 1_990, repaired: 50, removed: 10, error: null },
    });
  });

  const CONFIRM = `strata crawl ${SOURCE} --confirm`;
  const crawl = (repository = '') => answer(`mutation { crawl(source: "${SOURCE}"${repository}) { id } }`);

  it('is degraded while a crawl asks, and says how to answer', async () => {
    await crawl();
    await end('asking', 'seen = 1');
    expect(await lastCrawl()).toMatchObject({ state: 'DEGRADED', lastCrawl: { complete: false, error: CONFIRM } });
  });

  it('still asks while other repositories are crawled, and until a crawl of everything has ended', async () => {
    await crawl();
    await end('asking', 'seen = 1');
    await crawl(', repository: "team/web"');
    await end('complete', 'seen = 2');
    expect(await lastCrawl()).toMatchObject({ state: 'DEGRADED', lastCrawl: { error: CONFIRM } });
    await crawl();
    expect(await lastCrawl()).toMatchObject({ state: 'DEGRADED', lastCrawl: { finishedAt: null } });
    await end('complete', 'seen = 3');
    expect(await lastCrawl()).toMatchObject({ state: 'HEALTHY', lastCrawl: { complete: true, seen: 3 } });
  });

  it('asks about one repository until that, or everything, has been crawled', async () => {
    for (const answered of [', repository: "team/web"', '']) {
      await crawl(', repository: "team/web"');
      await end('asking', 'seen = 1');
      await crawl(', repository: "team/other"');
      await end('complete', 'seen = 2');
      expect(await lastCrawl()).toMatchObject({ state: 'DEGRADED', lastCrawl: { repository: 'team/web' } });
      await crawl(answered);
      await end('complete', 'seen = 3');
      expect(await lastCrawl()).toMatchObject({ state: 'HEALTHY', lastCrawl: { seen: 3 } });
    }
  });
});
