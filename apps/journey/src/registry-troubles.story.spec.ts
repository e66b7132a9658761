import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { openCatalog, type Catalog } from '@strata/catalog';
import { freshDatabase, type FreshDatabase } from '@strata/catalog/testing';
import { anImage } from '@strata/oci/testing';
import { startFakeRegistry, type FakeRegistry, type Misbehaviour, type Where } from '@strata/registry-client/testing';
import { ask } from './parts/ask.js';
import { compareWithRegistry } from './parts/compare-with-registry.js';
import { runStrata } from './parts/run-strata.js';
import { startProduct, type Product } from './parts/start-product.js';
import { until } from './parts/until.js';

const MINUTES = 60_000;
const CLEAN = { lost: 0, stuck: 0, doubled: 0, quarantined: [], different: [] };
const REPOSITORIES = ['team/a', 'team/b', 'team/c'];
const TAGS = 60;
const image = anImage();

let database: FreshDatabase;
let catalog: Catalog;
let registry: FakeRegistry;
let product: Product;
/** Tags that were deleted at the registry, with their repositories. */
const deleted: string[] = [];

beforeAll(async () => {
  database = await freshDatabase();
  catalog = openCatalog({ databaseUrl: database.url, onError: () => undefined });
  registry = await startFakeRegistry({ checkReferences: false });
  for (const repository of REPOSITORIES) {
    registry.putBlob(repository, image.config.bytes);
    for (let n = 0; n < TAGS; n += 1) registry.put(repository, `v${n}`, image);
  }
  product = await startProduct({
    databaseUrl: database.url,
    sources: () => [
      {
        ...{ name: 'local', registryUrl: registry.url.origin, secret: 'a-secret-of-the-journey' },
        crawl: { full: '6h', sample: 'off', dirty: 'off' },
      },
    ],
  });
  await until('the registry is taken over', isTakenOver);
}, 3 * MINUTES);
afterAll(async () => {
  await product.stop();
  await registry.close();
  await catalog.close();
  await database.drop();
}, MINUTES);

async function isTakenOver(): Promise<true | null> {
  const { rowCount } = await catalog.pool.query(`SELECT FROM crawl_run WHERE state = 'complete'`);
  return rowCount === 1 ? true : null;
}

/** The tags that are closed in the catalog. */
async function closed(): Promise<readonly string[]> {
  const { rows } = await catalog.pool.query<{ name: string }>(
    `SELECT repository.name || ':' || tag.name AS name FROM tag JOIN repository ON repository.id = repository_id
      WHERE manifest_id IS NULL`,
  );
  return rows.map(({ name }) => name).sort();
}

/** Something that no event tells of: in one repository a tag comes, in each one goes. */
function change(): void {
  const round = deleted.length / REPOSITORIES.length;
  registry.put('team/a', `new-${round}`, image);
  for (const repository of REPOSITORIES) {
    registry.content.repositories.get(repository)?.tags.delete(`v${round}`);
    deleted.push(`${repository}:v${round}`);
  }
}

const crawl = () => runStrata(['crawl', 'local'], { DATABASE_URL: database.url });

const answer = (status: number, body?: string, headers: Readonly<Record<string, string>> = {}): Misbehaviour => ({
  ...{ kind: 'answer', status, headers },
  ...(body === undefined ? {} : { body }),
});
const json = (body: object) => answer(200, JSON.stringify(body), { 'content-type': 'application/json' });
const askedInVain = () => until('it is asked three times', () => (registry.requests.length >= 3 ? true : null));

it.each<readonly [string, Misbehaviour]>([
  ['429 with the wish to wait', answer(429, undefined, { 'retry-after': '1' })],
  ['500', answer(500)],
  ['503', answer(503)],
  ['a page for people', answer(200, '<html>sign in</html>', { 'content-type': 'text/html' })],
  ['an empty 200', answer(200)],
])(
  'a registry that answers everything with %s closes nothing, and when it is well again the crawl ends by itself',
  async (_title, trouble) => {
    const before = await closed();
    change();
    registry.forgetRequests();
    registry.misbehave({}, trouble);
    const crawling = crawl();
    await askedInVain();
    expect(await closed()).toEqual(before);
    registry.behave();
    expect(await crawling).toMatchObject({ status: 0 });
    expect(await closed()).toEqual([...deleted].sort());
    expect(await compareWithRegistry(registry.url.origin, catalog)).toEqual(CLEAN);
  },
  2 * MINUTES,
);

it.each<readonly [string, Where, Misbehaviour]>([
  ['a catalog that ends early', { path: '_catalog' }, json({ repositories: ['team/a'] })],
  ['an empty catalog', { path: '_catalog' }, json({ repositories: [] })],
  ['lists without tags', { path: 'tags/list' }, json({ tags: null })],
])(
  'a registry that gives %s loses only the tags that it says it has not; the next crawl finds the rest',
  async (_title, where, lie) => {
    change();
    registry.misbehave(where, lie);
    expect(await crawl()).toMatchObject({ status: 0 });
    expect(await closed()).toEqual([...deleted].sort());
    registry.behave();
    expect(await crawl()).toMatchObject({ status: 0 });
    expect(await compareWithRegistry(registry.url.origin, catalog)).toEqual(CLEAN);
  },
  2 * MINUTES,
);

it('is well in the end, and no process has ended', async () => {
  const { sources } = await ask<{ sources: unknown }>(
    product.graphqlUrl,
    '{ sources { state waiting quarantined lastCrawl { complete error } } }',
  );
  const lastCrawl = { complete: true, error: null };
  expect(sources).toEqual([{ state: 'HEALTHY', waiting: 0, quarantined: 0, lastCrawl }]);
  expect(product.survivors()).toHaveLength(3);
});
