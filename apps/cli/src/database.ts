import { openCatalog, type Catalog } from '@strata/catalog';
import { applyMigrations, pendingMigrations, startEmbeddedPostgres } from '@strata/catalog/embedded';
import { readConfig, StartError } from '@strata/runtime';
import { CliConfig } from './cli-config.js';
import type { Tools } from './command.js';

/** A database to work on, wherever it comes from. */
export interface Database {
  readonly url: string;
  /** Where it is, for people: without its password. */
  readonly description: string;
  /** Ends the server if this process started it. */
  readonly stop: () => Promise<void>;
}

/** The database that `DATABASE_URL` names, else the embedded one under `STRATA_HOME`, started if need be. */
export async function openDatabase(config: Pick<CliConfig, 'DATABASE_URL' | 'STRATA_HOME'>): Promise<Database> {
  const { DATABASE_URL: url, STRATA_HOME: home } = config;
  if (url !== undefined) return { url, description: placeOf(url), stop: () => Promise.resolve() };
  const server = await startEmbeddedPostgres({ home });
  return { url: server.url, description: `embedded, under ${home}`, stop: () => server.stop() };
}

/**
 * Brings the tables of the catalog to what this version needs; those of the queue are the worker's. Returns the names of
 * what was applied. Throws `StartError` when the database cannot be used.
 */
export async function migrate({ url }: Pick<Database, 'url'>): Promise<readonly string[]> {
  return applyMigrations(url).catch((error: unknown) => {
    throw unreachable(url, error);
  });
}

/** Runs `work` on the configured catalog and lets go of it. Throws `StartError` when the catalog is not there yet. */
export async function withCatalog<T>({ env }: Tools, work: (catalog: Catalog) => Promise<T>): Promise<T> {
  const database = await openDatabase(readConfig(CliConfig, env));
  try {
    const pending = await pendingMigrations(database.url).catch((error: unknown) => {
      throw unreachable(database.url, error);
    });
    if (pending.length > 0)
      throw new StartError('the database has no catalog of this version yet: run `strata migrate`');
    const catalog = openCatalog({ databaseUrl: database.url, poolSize: 2 });
    try {
      return await work(catalog);
    } finally {
      await catalog.close();
    }
  } finally {
    await database.stop();
  }
}

function unreachable(url: string, cause: unknown): unknown {
  const code: unknown = typeof cause === 'object' && cause !== null && 'code' in cause ? cause.code : null;
  const away = typeof code === 'string' && /^(E[A-Z]+|28...|3D...|57P..|08...)$/.test(code);
  return away ? new StartError(`the database at ${placeOf(url)} cannot be used (${code})`, { cause }) : cause;
}

function placeOf(url: string): string {
  if (!URL.canParse(url)) return 'DATABASE_URL';
  const { host, pathname } = new URL(url);
  return `${host}${pathname}`;
}
