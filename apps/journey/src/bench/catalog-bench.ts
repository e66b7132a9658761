import { fileURLToPath } from 'node:url';
import { openCatalog, recordEvents, recordSources, type Catalog } from '@strata/catalog';
import { isImageConfigType, parseDigest, parseManifest, type Digest } from '@strata/oci';
import { openRegistry } from '@strata/registry-client';
import { z } from 'zod';
import { watchResidentBytes } from '../parts/resident-bytes.js';
import { startProgram } from '../parts/start-program.js';
import { startProduct } from '../parts/start-product.js';
import { until } from '../parts/until.js';
import type { Figure } from './figure.js';

const IMAGES = 6_000;
const IN_FLIGHT = 16;
const SECRET = 'a-secret-of-the-bench';

/**
 * How fast pushes become rows: from events that lie in the inbox to manifests that are fetched, verified and written,
 * beside the same number of readers that fetch and hash the same documents and write nothing.
 */
export async function benchCatalog(databaseUrl: string): Promise<readonly Figure[]> {
  const registry = await startProgram(
    process.execPath,
    [fileURLToPath(new URL('./registry-process.js', import.meta.url)), String(IMAGES)],
    { ipc: true },
  );
  const { ready, digests } = z
    .object({ ready: z.string(), digests: z.array(z.string()) })
    .parse(await registry.message());
  const known = digests.map(parseDigest);
  const catalog = openCatalog({ databaseUrl });
  try {
    const limit = await readOnly(ready, known);
    const { perSecond: measured, mostBytes } = await catalogAll(databaseUrl, catalog, ready, known);
    return [
      {
        name: 'catalog: manifests/s from inbox to rows',
        unit: '/s',
        measured,
        limit: { what: 'fetched and hashed only', measured: limit },
        target: { kind: 'share of limit', atLeast: 0.5 },
      },
      {
        name: 'catalog: manifests/s, floor',
        unit: '/s',
        measured,
        limit: null,
        target: { kind: 'at least', amount: 100 },
      },
      {
        name: 'catalog: memory of the worker under load',
        unit: 'MB',
        measured: mostBytes / 1e6,
        limit: null,
        target: { kind: 'at most', amount: 250 },
      },
    ];
  } finally {
    await catalog.close();
    await registry.end();
  }
}

async function readOnly(registryUrl: string, digests: readonly Digest[]): Promise<number> {
  const registry = openRegistry(
    { baseUrl: new URL(registryUrl), credentials: null, allowPrivateNetwork: true },
    { maxInFlight: IN_FLIGHT },
  );
  const startedAt = performance.now();
  await Promise.all(
    digests.map(async (digest, index) => {
      await registry.observeTag('team/app', `v${index}`);
      const { bytes, contentType } = await registry.fetchManifest('team/app', digest);
      const manifest = parseManifest(bytes, { contentType });
      if (manifest.kind === 'image' && isImageConfigType(manifest.config.mediaType)) {
        await registry.fetchConfig('team/app', manifest.config.digest);
      }
    }),
  );
  await registry.close();
  return (digests.length * 1_000) / (performance.now() - startedAt);
}

async function catalogAll(
  databaseUrl: string,
  catalog: Catalog,
  registryUrl: string,
  digests: readonly Digest[],
): Promise<{ readonly perSecond: number; readonly mostBytes: number }> {
  const host = new URL(registryUrl).host;
  const ids = await recordSources(catalog, [{ name: 'bench', dialect: 'distribution', registryHost: host }]);
  const sourceId = ids.get('bench') ?? 0;
  await recordEvents(catalog, { sourceId, receivedAt: new Date(), events: digests.map(pushOf) });
  const product = await startProduct({
    databaseUrl,
    apps: ['worker'],
    env: { STRATA_REGISTRY_CONCURRENCY: String(IN_FLIGHT) },
    sources: () => [{ name: 'bench', registryUrl, secret: SECRET }],
  });
  const memory = watchResidentBytes(product.pidOf('worker'));
  try {
    // What was done while the process was still starting is left out of both sides.
    const doneBefore = await countDone(catalog);
    const startedAt = performance.now();
    await until('all is catalogued', async () => ((await countDone(catalog)) === digests.length ? true : null), {
      everyMs: 100,
      limitMs: 180_000,
    });
    const perSecond = ((digests.length - doneBefore) * 1_000) / (performance.now() - startedAt);
    return { perSecond, mostBytes: memory.stop() };
  } finally {
    memory.stop();
    await product.stop();
  }
}

async function countDone(catalog: Catalog): Promise<number> {
  const { rows } = await catalog.pool.query<{ done: bigint }>(
    `SELECT count(*) AS done FROM inbox WHERE state = 'done'`,
  );
  return Number(rows[0]?.done);
}

function pushOf(digest: Digest, index: number) {
  const raw = Buffer.from(JSON.stringify({ id: `bench-${index}`, digest }));
  return {
    kind: 'manifest-pushed' as const,
    action: 'push',
    nativeId: `bench-${index}`,
    raw,
    sourceTime: null,
    actor: null,
    instanceId: null,
    repository: 'team/app',
    tag: `v${index}`,
    digest,
  };
}
