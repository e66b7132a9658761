import { fileURLToPath } from 'node:url';
import { openCatalog, recordSources, requestCrawl, type Catalog } from '@strata/catalog';
import { openRegistry } from '@strata/registry-client';
import { z } from 'zod';
import { startProduct } from '../parts/start-product.js';
import { startProgram } from '../parts/start-program.js';
import { until } from '../parts/until.js';
import type { Figure } from './figure.js';

const TAGS = 6_000;
const IMAGES = 60;
const IN_FLIGHT = 16;
const SECRET = 'a-secret-of-the-bench';

/**
 * How fast a registry that was there before the catalog is taken over: tags from lists to rows, beside a loop that
 * asks for the same tags by HEAD, as many at once, and does nothing with the answers.
 */
export async function benchCrawl(databaseUrl: string): Promise<readonly Figure[]> {
  const registry = await startProgram(
    process.execPath,
    [fileURLToPath(new URL('./registry-process.js', import.meta.url)), String(IMAGES), String(TAGS)],
    { ipc: true },
  );
  const { ready } = z.object({ ready: z.string() }).parse(await registry.message());
  const catalog = openCatalog({ databaseUrl });
  try {
    await headOnly(ready); // both sides find the registry warm
    const limit = await headOnly(ready);
    const [backfill, again] = await crawlTwice(databaseUrl, catalog, ready);
    return [
      figureOf('crawl: tags/s of a backfill', backfill, limit),
      figureOf('crawl: tags/s of one that finds nothing to do', again, limit),
    ];
  } finally {
    await catalog.close();
    await registry.end();
  }
}

function figureOf(name: string, measured: number, limit: number): Figure {
  return {
    ...{ name, unit: '/s', measured },
    limit: { what: 'HEAD of the same tags in a bare loop', measured: limit },
    target: { kind: 'share of limit', atLeast: 0.5 },
  };
}

async function headOnly(registryUrl: string): Promise<number> {
  const registry = openRegistry(
    { baseUrl: new URL(registryUrl), credentials: null, allowPrivateNetwork: true },
    { maxInFlight: IN_FLIGHT },
  );
  const startedAt = performance.now();
  await Promise.all(Array.from({ length: TAGS }, (_, index) => registry.observeTag('team/app', `v${index}`)));
  await registry.close();
  return (TAGS * 1_000) / (performance.now() - startedAt);
}

async function crawlTwice(
  databaseUrl: string,
  catalog: Catalog,
  registryUrl: string,
): Promise<readonly [number, number]> {
  await recordSources(catalog, [{ name: 'bench', dialect: 'distribution', registryHost: new URL(registryUrl).host }]);
  const product = await startProduct({
    databaseUrl,
    apps: ['worker'],
    env: { STRATA_REGISTRY_CONCURRENCY: String(IN_FLIGHT) },
    sources: () => [{ name: 'bench', registryUrl, secret: SECRET }],
  });
  try {
    return [await crawlOnce(catalog), await crawlOnce(catalog)];
  } finally {
    await product.stop();
  }
}

/** By the crawl's own clock: how long it waited for a worker is left out. */
async function crawlOnce(catalog: Catalog): Promise<number> {
  const run = await requestCrawl(catalog.pool, {
    source: 'bench',
    repository: null,
    trigger: 'request',
    now: new Date(),
  });
  return until(
    'the crawl is complete',
    async () => {
      const { rows } = await catalog.pool.query<{ seen: number; ms: number }>(
        `SELECT seen, extract(epoch FROM finished_at - started_at)::float8 * 1000 AS ms
           FROM crawl_run WHERE id = $1 AND state = 'complete'`,
        [run?.id],
      );
      const [row] = rows;
      return row === undefined ? null : (row.seen * 1_000) / row.ms;
    },
    { everyMs: 100, limitMs: 180_000 },
  );
}
