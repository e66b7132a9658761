import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { openCatalog, type Catalog } from '../open-catalog.js';

/** A migrated, empty database of one's own. */
export interface FreshDatabase {
  readonly catalog: Catalog;
  readonly url: string;
  /** Closes the catalog and drops the database. */
  drop(): Promise<void>;
}

/** Set by `global-setup.ts` to a server that holds the migrated database `strata_template`. */
const SERVER_VARIABLE = 'STRATA_TEST_SERVER_URL';

/** Clones the template that the run's set-up migrated once: some 50 ms, so that each test file can have its own. */
export async function freshDatabase(): Promise<FreshDatabase> {
  const server = process.env[SERVER_VARIABLE];
  if (server === undefined)
    throw new Error(`${SERVER_VARIABLE} is not set: run the tests of kind "db" or "story" through Jest`);
  const name = `strata_test_${randomUUID().replaceAll('-', '')}`;
  await onServer(server, `CREATE DATABASE ${name} TEMPLATE strata_template`);
  const url = withDatabase(server, name);
  const catalog = openCatalog({ databaseUrl: url });
  return {
    catalog,
    url,
    async drop() {
      await catalog.close();
      await onServer(server, `DROP DATABASE ${name} WITH (FORCE)`);
    },
  };
}

/** The same server, another database. */
export function withDatabase(server: string, name: string): string {
  const url = new URL(server);
  url.pathname = `/${name}`;
  return url.href;
}

/** Runs one statement on the server's maintenance database. */
export async function onServer(server: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: server });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
