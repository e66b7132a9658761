import pg from 'pg';
import { readMigrations } from './read-migrations.js';
import { runSchemaEngine } from './schema-engine.js';

/** Any number that nobody else takes a lock on; two processes that start together migrate one after the other. */
const MIGRATION_LOCK = 7_275_001;

/** Brings the database to the schema that this code needs, as `prisma migrate deploy` does. Returns what was applied. */
export async function applyMigrations(databaseUrl: string): Promise<readonly string[]> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await client.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK]);
    if ((await pendingOn(client)).length === 0) return [];
    return await runSchemaEngine('apply', databaseUrl);
  } finally {
    await client.end();
  }
}

/** Names of the migrations that this code needs and the database does not have; a process that only reads refuses to start on any. */
export async function pendingMigrations(databaseUrl: string): Promise<readonly string[]> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    return await pendingOn(client);
  } finally {
    await client.end();
  }
}

async function pendingOn(client: pg.Client): Promise<readonly string[]> {
  const { migrations } = await readMigrations();
  const applied = await appliedNames(client);
  return migrations.map(({ name }) => name).filter((name) => !applied.has(name));
}

async function appliedNames(client: pg.Client): Promise<ReadonlySet<string>> {
  const known = await client.query<{ there: boolean }>(`SELECT to_regclass('_prisma_migrations') IS NOT NULL AS there`);
  if (known.rows[0]?.there !== true) return new Set();
  const applied = await client.query<{ migration_name: string }>(
    'SELECT migration_name FROM _prisma_migrations WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL',
  );
  return new Set(applied.rows.map((row) => row.migration_name));
}
