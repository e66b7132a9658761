import { createHash } from 'node:crypto';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { applyMigrations, discardEmbeddedPostgres, startEmbeddedPostgres } from '@strata/catalog/embedded';
import pg from 'pg';
import { loadCatalog } from './load-catalog.js';
import { SEED_SIZES, type SeedSizeName } from './seed-size.js';

/** Where made-up catalogs are kept between runs, seen from the root of the project. */
const HOME = '.strata/bench';

/** Raised whenever the generator writes other rows than before: what is kept is then made again. */
const GENERATOR = 1;

/** A made-up catalog on a server of its own. */
export interface SeedDatabase {
  readonly url: string;
  /** Ends the server and keeps its files for the next run. */
  stop(): Promise<void>;
}

/**
 * Gives the made-up catalog of this size, which is loaded when it is not there yet, or when it was made by another
 * generator or for other migrations. Returns with the server running as in production, every commit durable.
 */
export async function openSeedDatabase(
  name: SeedSizeName,
  seed: string,
  tell: (step: string) => void = () => undefined,
): Promise<SeedDatabase> {
  const home = resolve(HOME, `${name}-${seed}`);
  const marker = join(home, 'loaded.json');
  const kept = await readFile(marker, 'utf8').catch(() => null);
  const current = kept === null ? null : await startEmbeddedPostgres({ home });
  if (current !== null && kept === (await fingerprint(current.url, name, seed))) return current;
  await current?.stop();
  await discardEmbeddedPostgres(home);
  const loading = await startEmbeddedPostgres({ home, durable: false });
  try {
    await applyMigrations(loading.url);
    await loadCatalog(loading.url, SEED_SIZES[name], seed, tell);
    await writeFile(marker, await fingerprint(loading.url, name, seed));
  } catch (error) {
    await rm(marker, { force: true });
    throw error;
  } finally {
    await loading.stop();
  }
  return startEmbeddedPostgres({ home });
}

/** What a kept catalog must have been made from; pending migrations of this code make it another one. */
async function fingerprint(databaseUrl: string, name: SeedSizeName, seed: string): Promise<string> {
  await applyMigrations(databaseUrl);
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const { rows } = await client.query<{ checksum: string }>(
      'SELECT migration_name || checksum AS checksum FROM _prisma_migrations ORDER BY 1',
    );
    const migrations = createHash('sha256')
      .update(rows.map(({ checksum }) => checksum).join())
      .digest('hex');
    return `${JSON.stringify({ generator: GENERATOR, size: SEED_SIZES[name], seed, migrations }, null, 2)}\n`;
  } finally {
    await client.end();
  }
}
