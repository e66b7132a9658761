import pg from 'pg';
import { z } from 'zod';
import { signalChanges } from './change/change-signal.js';

/** What a process must know to reach the catalog; part of each app's configuration. */
export const CatalogConfig = z.object({
  DATABASE_URL: z.string().min(1, 'a PostgreSQL connection string is needed'),
  STRATA_DATABASE_POOL: z.coerce.number().int().min(1).max(200).default(10),
});

/** The handle that every operation on the catalog takes. */
export interface Catalog {
  readonly pool: pg.Pool;
  /** Waits for statements under way, then closes every connection. */
  close(): Promise<void>;
}

/** What one statement needs: the pool, or the client of a transaction under way. */
export interface Sql {
  query<Row extends pg.QueryResultRow>(
    text: string | pg.QueryConfig<unknown[]>,
    values?: unknown[],
  ): Promise<pg.QueryResult<Row>>;
}

const INT8_OID = 20;

/** 64-bit integers stay exact: `bigint` instead of pg's default text. */
const types = new pg.TypeOverrides();
types.setTypeParser(INT8_OID, (text: string) => BigInt(text));

/** Opens the pool lazily: a database that is away is noticed by the first statement, not here. */
export function openCatalog(options: {
  readonly databaseUrl: string;
  readonly poolSize?: number;
  readonly onError?: (error: Error) => void;
}): Catalog {
  const pool = new pg.Pool({
    connectionString: options.databaseUrl,
    max: options.poolSize ?? 10,
    connectionTimeoutMillis: 5_000,
    types,
  });
  pool.on('error', (error) => options.onError?.(error)); // an idle connection that broke; the pool replaces it
  // One that breaks while it is in use fails its statement; without a listener it would end the process as well.
  pool.on('connect', (client) => client.on('error', () => undefined));
  return { pool, close: () => pool.end() };
}

/**
 * Runs `work` in one transaction: committed if it returns, rolled back if it throws. Whoever follows the changes is
 * told after the commit, see `noteChanges`.
 */
export async function inTransaction<T>(catalog: Catalog, work: (sql: pg.PoolClient) => Promise<T>): Promise<T> {
  const client = await catalog.pool.connect();
  let broken: Error | undefined;
  try {
    return await transactionOn(client, catalog.pool, work, (error) => (broken = error));
  } finally {
    client.release(broken);
  }
}

/** The same on a connection of one's own; `onBroken` hears of one that cannot even roll back. */
export async function transactionOn<Client extends Sql, T>(
  client: Client,
  pool: Catalog['pool'],
  work: (sql: Client) => Promise<T>,
  onBroken: (error: Error) => void,
): Promise<T> {
  try {
    await client.query('BEGIN');
    const result = await work(client);
    await client.query('COMMIT');
    signalChanges(client, pool, 'committed');
    return result;
  } catch (error) {
    signalChanges(client, pool, 'rolled-back');
    await client.query('ROLLBACK').catch(onBroken);
    throw error;
  }
}
