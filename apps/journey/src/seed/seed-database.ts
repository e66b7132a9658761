import { readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { applyMigrations, discardEmbeddedPostgres, startEmbeddedPostgres } from '@strata/catalog/embedded';
import { z } from 'zod';
import { isOutdated, loadCatalog, renewCatalog } from './load-catalog.js';
import { SEED_SIZES, type SeedSizeName } from './seed-size.js';

/** Where made-up catalogs are kept between runs, seen from the root of the project. */
const HOME = '.strata/bench';

/** Raised whenever the generator writes other rows than before: what is kept is then made again. */
const GENERATOR = 3;

/** A made-up catalog on a server of its own. */
export interface SeedDatabase {
  readonly url: string;
  /** Ends the server and keeps its files for the next run. */
  stop(): Promise<void>;
}

/** What a kept catalog was made from. */
const Marker = z.object({ generator: z.number(), size: z.record(z.string(), z.number()), seed: z.string() });

/**
 * Gives the made-up catalog of this size, which is loaded when it is not there yet or another generator made it.
 * Migrations that are newer than a kept catalog are applied to it, as they are to everybody's. Returns with the server
 * running as in production, every commit durable.
 */
export async function openSeedDatabase(
  name: SeedSizeName,
  seed: string,
  tell: (step: string) => void = () => undefined,
): Promise<SeedDatabase> {
  const home = resolve(HOME, `${name}-${seed}`);
  const marker = join(home, 'loaded.json');
  const wanted = JSON.stringify({ generator: GENERATOR, size: SEED_SIZES[name], seed });
  if ((await keptMarker(marker)) !== wanted) {
    await discardEmbeddedPostgres(home);
    const loading = await startEmbeddedPostgres({ home, durable: false });
    try {
      await applyMigrations(loading.url);
      await loadCatalog(loading.url, SEED_SIZES[name], seed, tell);
    } finally {
      await loading.stop();
    }
    await writeFile(marker, wanted);
  }
  const database = await startEmbeddedPostgres({ home });
  const applied = await applyMigrations(database.url);
  if (applied.length > 0 || (await isOutdated(database.url))) {
    tell(`bringing it up to date ${applied.join(', ')}`);
    await renewCatalog(database.url);
  }
  return database;
}

async function keptMarker(file: string): Promise<string | null> {
  const text = await readFile(file, 'utf8').catch(() => null);
  return text === null ? null : JSON.stringify(Marker.parse(JSON.parse(text)));
}
