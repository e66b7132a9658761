import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { openCatalog, type Catalog } from '@strata/catalog';
import { anImage, anIndex, type ManifestFixture } from '@strata/oci/testing';
import { openPusher } from '@strata/registry-client/testing';
import { ask } from './parts/ask.js';
import { compareWithRegistry } from './parts/compare-with-registry.js';
import { runStrata } from './parts/run-strata.js';
import { startCountingProxy, type CountingProxy } from './parts/start-counting-proxy.js';
import { startDatabase, type TestDatabase } from './parts/start-database.js';
import { hookUrlOf, startProduct, type Product, type Source } from './parts/start-product.js';
import { startRegistry, type TestRegistry } from './parts/start-registry.js';
import { until } from './parts/until.js';

const SECRET = 'a-secret-of-the-journey';
const MINUTES = 60_000;
const CLEAN = { lost: 0, stuck: 0, doubled: 0, quarantined: [], different: [] };
const TAGS = 2_000;
const IMAGES = 20;
const LOT = 100;

interface CrawlRow {
  readonly state: string;
  readonly seen: number;
  readonly repaired: number;
}

let database: TestDatabase;
let catalog: Catalog;
let product: Product;
beforeEach(async () => {
  database = await startDatabase();
  catalog = openCatalog({ databaseUrl: database.url, onError: () => undefined });
}, 2 * MINUTES);
afterEach(async () => {
  await catalog.close();
  await product.stop();
  await database.remove();
}, 2 * MINUTES);

async function crawls(): Promise<readonly CrawlRow[]> {
  const { rows } = await catalog.pool.query<CrawlRow>('SELECT state, seen, repaired FROM crawl_run ORDER BY id');
  return rows;
}

const ended = (limitMs = 4 * MINUTES) =>
  until(
    'the crawl has ended',
    async () => {
      const [run] = await crawls();
      return run !== undefined && !['waiting', 'running'].includes(run.state) ? run : null;
    },
    { limitMs, everyMs: 100 },
  );

describe('a registry with 2,000 tags that was there before the catalog', () => {
  let registry: TestRegistry;
  let proxy: CountingProxy;
  const images = Array.from({ length: IMAGES }, (_, n) => anImage({ seed: `image ${n}` }));

  beforeAll(async () => {
    registry = await startRegistry({ hookUrl: 'http://127.0.0.1:9/nobody', secret: SECRET });
    proxy = await startCountingProxy(registry.url);
    const pusher = openPusher(new URL(registry.url));
    const pushes = Array.from({ length: TAGS }, (_, n) => n).values();
    const push = async (): Promise<void> => {
      for (const n of pushes) await pusher.push(`team/app-${n % 4}`, `v${n}`, images[n % IMAGES] ?? anImage());
    };
    await Promise.all(Array.from({ length: 4 }, push));
    await pusher.close();
  }, 4 * MINUTES);
  afterAll(async () => {
    await proxy.close();
    await registry.remove();
  });
  beforeEach(() => proxy.forget());

  const source = (): Source => ({
    ...{ name: 'local', registryUrl: proxy.url, secret: SECRET },
    crawl: { full: '6h', sample: 'off', dirty: 'off' },
  });

  it(
    'is taken over whole, with one question for each tag, manifest and config; a second crawl repairs nothing',
    async () => {
      product = await startProduct({ databaseUrl: database.url, sources: () => [source()] });
      expect(await ended()).toEqual({ state: 'complete', seen: TAGS, repaired: TAGS });
      const { heads, manifests, configs, lists } = proxy.asked();
      expect({ heads, manifests, configs }).toEqual({ heads: TAGS, manifests: IMAGES, configs: IMAGES });
      expect(lists).toBeLessThanOrEqual(1 + 4 * 2);
      expect(await compareWithRegistry(registry.url, catalog)).toEqual(CLEAN);

      const { status, output } = await runStrata(['crawl', 'local'], { DATABASE_URL: database.url });
      expect(output).toContain('local: complete: 2000 seen, 0 repaired, 0 removed, drift 0.0 per thousand');
      expect(status).toBe(0);
      const { sources } = await ask<{ sources: unknown }>(
        product.graphqlUrl,
        '{ sources { state driftPerMille lastCrawl { complete seen repaired removed error } } }',
      );
      const lastCrawl = { complete: true, seen: TAGS, repaired: 0, removed: 0, error: null };
      expect(sources).toEqual([{ state: 'HEALTHY', driftPerMille: 0, lastCrawl }]);
    },
    6 * MINUTES,
  );

  it(
    'is taken over by a crawl that is killed five times, which never begins again',
    async () => {
      product = await startProduct({
        databaseUrl: database.url,
        leaseMs: 1_000,
        apps: ['worker'],
        sources: () => [source()],
      });
      for (let kill = 1; kill <= 5; kill += 1) {
        await until('the crawl goes on', async () => (((await crawls())[0]?.seen ?? 0) >= kill * 300 ? true : null), {
          limitMs: 2 * MINUTES,
          everyMs: 10,
        });
        await product.restart('worker', 'SIGKILL');
      }
      expect(await ended()).toMatchObject({ state: 'complete', seen: TAGS });
      expect(await crawls()).toHaveLength(1);
      expect(proxy.asked().heads).toBeLessThanOrEqual(TAGS + 5 * 2 * LOT);
      expect(await compareWithRegistry(registry.url, catalog)).toEqual(CLEAN);
    },
    8 * MINUTES,
  );
});

describe('a registry that is stopped with 50 pushes and 10 deletes unannounced', () => {
  let registry: TestRegistry;
  afterEach(() => registry.remove());

  const imageOf = (push: number): ManifestFixture => {
    const own = (platform: string) => anImage({ seed: `push ${push}`, layers: 1, platform });
    return push % 10 === 0 ? anIndex({ entries: [own('linux/amd64'), own('linux/arm64')] }) : own('linux/amd64');
  };

  it(
    'has the catalog equal again within 60 s of its first event',
    async () => {
      product = await startProduct({
        databaseUrl: database.url,
        sources: async (ports) => {
          registry = await startRegistry({ hookUrl: hookUrlOf(ports, 'local'), secret: SECRET });
          const crawl = { full: '6h', sample: 'off', dirty: '10m' };
          return [{ name: 'local', registryUrl: registry.url, secret: SECRET, crawl }];
        },
      });
      await ended();
      const pusher = openPusher(new URL(registry.url));
      for (let push = 0; push < 30; push += 1) await pusher.push('team/app', `v${push}`, imageOf(push));
      await equal(registry.url);
      await product.end('webhook-ingest');
      for (let push = 30; push < 80; push += 1) await pusher.push('team/app', `v${push}`, imageOf(push));
      for (let push = 5; push < 15; push += 1) await pusher.delete('team/app', imageOf(push).digest);
      await registry.stop();
      await registry.start();
      await product.restart('webhook-ingest');
      const again = openPusher(new URL(registry.url));
      await again.push('team/app', 'first-event', imageOf(100));
      await equal(registry.url);
      await Promise.all([pusher.close(), again.close()]);
      const states = (await crawls()).map(({ state }) => state);
      expect(states).toEqual(['complete', 'complete']);
    },
    5 * MINUTES,
  );

  /** Until the catalog equals the registry and nothing is under way. */
  async function equal(registryUrl: string): Promise<void> {
    await until(
      'the catalog equals the registry',
      async () => {
        const open = (await crawls()).some(({ state }) => ['waiting', 'running'].includes(state));
        const differences = open ? null : await compareWithRegistry(registryUrl, catalog);
        return differences !== null && JSON.stringify(differences) === JSON.stringify(CLEAN) ? true : null;
      },
      { limitMs: MINUTES, everyMs: 200 },
    );
  }
});
