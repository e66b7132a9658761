import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { openCatalog, type Catalog } from '@strata/catalog';
import { anImage, anIndex, type ManifestFixture } from '@strata/oci/testing';
import { startRedis, type TestRedis } from '@strata/queue/testing';
import { openPusher } from '@strata/registry-client/testing';
import { compareWithRegistry } from './parts/compare-with-registry.js';
import { startDatabase, type TestDatabase } from './parts/start-database.js';
import { hookUrlOf, startProduct, type Product } from './parts/start-product.js';
import { startRegistry, type TestRegistry } from './parts/start-registry.js';
import { until } from './parts/until.js';

const SECRET = 'a-secret-of-the-journey';
const MINUTES = 60_000;
const CLEAN = { lost: 0, stuck: 0, doubled: 0, quarantined: [], different: [] };

/** Deterministic, so that a run that fails can be had again. */
function imageOf(push: number): ManifestFixture {
  const base = anImage({ seed: `base ${push % 7}`, layers: 2 });
  const own = (platform: string) => anImage({ seed: `push ${push}`, base, layers: 1, platform });
  return push % 10 === 0 ? anIndex({ entries: [own('linux/amd64'), own('linux/arm64')] }) : own('linux/amd64');
}

describe.each(['postgres', 'redis'] as const)('with the queue on %s, nothing is lost, doubled or stuck', (kind) => {
  let database: TestDatabase;
  let redis: TestRedis | null;
  let registry: TestRegistry;
  let product: Product;
  let catalog: Catalog;

  beforeEach(async () => {
    database = await startDatabase();
    redis = kind === 'redis' ? await startRedis(process.env) : null;
    product = await startProduct({
      databaseUrl: database.url,
      ...(redis === null ? {} : { redisUrl: redis.url }),
      leaseMs: 2_000,
      sources: async (ports) => {
        registry = await startRegistry({ hookUrl: hookUrlOf(ports, 'local'), secret: SECRET });
        return [{ name: 'local', registryUrl: registry.url, secret: SECRET }];
      },
    });
    catalog = openCatalog({ databaseUrl: database.url, onError: () => undefined });
  }, 2 * MINUTES);

  afterEach(async () => {
    await catalog.close();
    await product.stop();
    await registry.remove();
    await redis?.stop();
    await database.remove();
  }, 2 * MINUTES);

  const pushAll = async (count: number): Promise<void> => {
    const pusher = openPusher(new URL(registry.url));
    for (let push = 0; push < count; push += 1) {
      await pusher.push(`team/app-${push % 12}`, `v${push}`, imageOf(push));
    }
    await pusher.close();
  };
  const drained = async () =>
    until(
      'every event has come to its end',
      async () => {
        if (product.survivors().length < 3) throw new Error(`an app has ended:\n${product.output()}`);
        const { rows } = await catalog.pool.query<{ open: bigint; tags: bigint }>(
          `SELECT (SELECT count(*) FROM inbox WHERE state IN ('new', 'queued')) AS open,
                  (SELECT count(*) FROM tag WHERE manifest_id IS NOT NULL) AS tags`,
        );
        return rows[0]?.open === 0n ? rows[0].tags : null;
      },
      { limitMs: 3 * MINUTES, everyMs: 200 },
    );

  it(
    'when the worker is killed 20 times during 500 pushes',
    async () => {
      let pushing = true;
      const pushes = pushAll(500).finally(() => (pushing = false));
      for (let kill = 0; kill < 20; kill += 1) {
        await new Promise((resolve) => setTimeout(resolve, 100 + ((kill * 137) % 400)));
        await product.restart('worker');
      }
      await pushes;
      expect(pushing).toBe(false);
      await until('every tag has arrived', async () => ((await drained()) === 500n ? true : null), {
        limitMs: 2 * MINUTES,
      });
      expect(await compareWithRegistry(registry.url, catalog)).toEqual(CLEAN);
    },
    6 * MINUTES,
  );

  it(
    'when the database crashes three times, and the memory of the queue is erased, during 150 pushes',
    async () => {
      const pushes = pushAll(150);
      for (let crash = 0; crash < 3; crash += 1) {
        await new Promise((resolve) => setTimeout(resolve, 500));
        await database.crash();
        await redis?.erase();
      }
      await pushes;
      await until('every tag has arrived', async () => ((await drained()) === 150n ? true : null), {
        limitMs: 2 * MINUTES,
      });
      expect(product.survivors()).toHaveLength(3);
      expect(await compareWithRegistry(registry.url, catalog)).toEqual(CLEAN);
    },
    6 * MINUTES,
  );
});
