import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort } from '../parts/free-port.js';
import { startProgram } from '../parts/start-program.js';
import { until } from '../parts/until.js';
import { openSeedDatabase } from '../seed/seed-database.js';
import type { SeedSizeName } from '../seed/seed-size.js';
import type { Figure } from './figure.js';

const CLI = fileURLToPath(new URL('../../../cli/dist/main.js', import.meta.url));
const STARTS = 3;

/** How long the whole product takes from its command to the word that it is ready, on a database that is full. */
export async function benchStart(size: SeedSizeName, tell: (step: string) => void): Promise<readonly Figure[]> {
  const database = await openSeedDatabase(size, '1', tell);
  try {
    const tookMs: number[] = [];
    for (let count = 0; count < STARTS; count += 1) tookMs.push(await startOnce(database.url));
    const name = `${size}: start of the whole product on an existing database`;
    return [
      { name, unit: 's', measured: Math.min(...tookMs) / 1_000, limit: null, target: { kind: 'at most', amount: 5 } },
    ];
  } finally {
    await database.stop();
  }
}

async function startOnce(databaseUrl: string): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'strata-start-'));
  await writeFile(join(folder, 'strata.yaml'), 'sources: []\n');
  const env = {
    DATABASE_URL: databaseUrl,
    STRATA_CONFIG: join(folder, 'strata.yaml'),
    STRATA_HOOK_PORT: String(await freePort()),
    STRATA_WORKER_PORT: String(await freePort()),
    STRATA_API_PORT: String(await freePort()),
    LOG_LEVEL: 'warn',
    NODE_ENV: 'production',
  };
  const startedAt = performance.now();
  const product = await startProgram(process.execPath, [CLI, 'start'], { env });
  try {
    const isReady = () => (product.output().includes('Strata is ready') ? true : null);
    await until('the product is ready', isReady, { everyMs: 10 });
    return performance.now() - startedAt;
  } finally {
    await product.end();
    await rm(folder, { recursive: true, force: true });
  }
}
