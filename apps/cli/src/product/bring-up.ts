import type { Environment } from '@strata/runtime';
import type { CliConfig } from '../cli-config.js';
import { migrate, openDatabase, type Database } from '../database.js';
import { appNames, type AppName } from './app-entries.js';
import { startProduct, type Product } from './start-product.js';
import { waitUntilReady } from './wait-until-ready.js';

/** The whole product, up: the database, its tables, and the apps on it. */
export interface Running {
  readonly urls: Product['urls'];
  /** Where database and queue are, for people. */
  readonly database: string;
  readonly queue: string;
  /** Waits until every app can do its work, at most `limitMs`; what is still in the way then, in sentences. */
  problems(limitMs: number): Promise<readonly string[]>;
  /** The apps first, then the database under them if it is ours. */
  stop(): Promise<void>;
}

/**
 * Starts everything in order. Throws `ChildStartError` when an app cannot start, `StartError` when the database
 * cannot be used, or the reason of `signal`; whatever had been started is stopped again then.
 */
export async function bringUp(options: {
  readonly config: CliConfig;
  readonly env: Environment;
  readonly say: (text: string) => void;
  readonly signal: AbortSignal;
  readonly outputOf?: (name: AppName) => 'inherit' | number;
}): Promise<Running> {
  const { config, say, signal } = options;
  const database = await openDatabase(config);
  try {
    const applied = await migrate(database);
    if (applied.length > 0) say(`Migrations applied: ${applied.join(', ')}`);
    signal.throwIfAborted();
    const product = await startProduct({ ...options, env: environmentOf(options.env, config, database) });
    return running(config, database, product);
  } catch (error) {
    await database.stop();
    throw error;
  }
}

function running(config: CliConfig, database: Database, product: Product): Running {
  const { urls } = product;
  return {
    urls,
    database: database.description,
    queue: config.REDIS_URL === undefined ? 'in the database' : 'in Redis',
    async problems(limitMs) {
      const ask = async (name: AppName): Promise<readonly string[]> =>
        (await waitUntilReady(urls[name], limitMs)).map((problem) => `${name}: ${problem}`);
      return (await Promise.all(appNames.map(ask))).flat();
    },
    async stop() {
      await product.stop();
      await database.stop();
    },
  };
}

/** What the apps are told: what we were told, with the gaps filled the way we understood them. */
function environmentOf(env: Environment, config: CliConfig, database: Database): Environment {
  return {
    ...env,
    DATABASE_URL: database.url,
    STRATA_API_PORT: String(config.STRATA_API_PORT),
    STRATA_HOOK_PORT: String(config.STRATA_HOOK_PORT),
    STRATA_WORKER_PORT: String(config.STRATA_WORKER_PORT),
  };
}
