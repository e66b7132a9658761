import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { startProgram } from '../parts/start-program.js';
import { startProduct } from '../parts/start-product.js';
import type { Figure } from './figure.js';
import { closedLoop, openLoop, type LoadResult } from './load.js';
import { distributionDelivery, openSender } from './sender.js';

const SECRET = 'a-secret-of-the-bench';
const CONNECTIONS = 50;
const ROUNDS = 3;
const ROUND_MS = 4_000;

/** How fast the hook acknowledges, beside a bare handler that commits the same bytes; the two take turns in one run. */
export async function benchHook(databaseUrl: string): Promise<readonly Figure[]> {
  const product = await startProduct({
    databaseUrl,
    apps: ['webhook-ingest'],
    sources: () => [{ name: 'bench', registryUrl: 'http://127.0.0.1:9', secret: SECRET }],
  });
  const bare = await startProgram(process.execPath, [fileURLToPath(new URL('./bare-hook.js', import.meta.url))], {
    env: { DATABASE_URL: databaseUrl },
    ipc: true,
  });
  const { ready: bareUrl } = z.object({ ready: z.string() }).parse(await bare.message());
  try {
    const ours = await alternate(product.hookUrl('bench'), bareUrl);
    const paced = await pacedRound(product.hookUrl('bench'));
    return figuresOf(ours.product, ours.bare, paced);
  } finally {
    await bare.end();
    await product.stop();
  }
}

async function alternate(hookUrl: string, bareUrl: string): Promise<{ product: LoadResult[]; bare: LoadResult[] }> {
  const results = { product: [] as LoadResult[], bare: [] as LoadResult[] };
  await round(bareUrl, 'warm-bare');
  await round(hookUrl, 'warm-hook');
  for (let count = 0; count < ROUNDS; count += 1) {
    results.bare.push(await round(bareUrl, `bare${count}`));
    results.product.push(await round(hookUrl, `hook${count}`));
  }
  return results;
}

async function round(url: string, salt: string): Promise<LoadResult> {
  const run = `${salt}-${Date.now()}`;
  const sender = openSender(CONNECTIONS, (index) => distributionDelivery(url, SECRET, `${run}-${index}`));
  const result = await closedLoop({ lines: CONNECTIONS, durationMs: ROUND_MS, send: (index) => sender.send(index) });
  await sender.close();
  return result;
}

async function pacedRound(url: string): Promise<LoadResult> {
  const run = `paced-${Date.now()}`;
  const sender = openSender(CONNECTIONS, (index) => distributionDelivery(url, SECRET, `${run}-${index}`));
  const result = await openLoop({ perSecond: 1_000, durationMs: 8_000, send: (index) => sender.send(index) });
  await sender.close();
  return result;
}

function figuresOf(product: readonly LoadResult[], bare: readonly LoadResult[], paced: LoadResult): readonly Figure[] {
  const failures = [...product, ...bare, paced].reduce((sum, result) => sum + result.failures, 0);
  if (failures > 0) throw new Error(`${failures} events were not taken`);
  return [
    {
      name: `hook: events/s at ${CONNECTIONS} connections`,
      unit: '/s',
      measured: best(product),
      limit: { what: 'bare handler and INSERT', measured: best(bare) },
      target: { kind: 'share of limit', atLeast: 0.8 },
    },
    {
      name: 'hook: ack p99 at 1,000 events/s',
      unit: 'ms',
      measured: paced.p99Ms,
      limit: null,
      target: { kind: 'at most', amount: 50 },
    },
  ];
}

function best(results: readonly LoadResult[]): number {
  return Math.max(...results.map(({ perSecond }) => perSecond));
}
