import pg from 'pg';
import { runSchemaEngine } from './schema-engine.js';

/** Everything that `schema.prisma` can say about a table, one line each. */
const FACTS = `
  SELECT format('%s.%s %s %s default %s', table_name, column_name, udt_name, is_nullable, column_default) AS fact
    FROM information_schema.columns WHERE table_schema = 'public' AND table_name <> '_prisma_migrations'
  UNION SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' AND tablename <> '_prisma_migrations'
  UNION SELECT format('%s %s', conrelid::regclass, pg_get_constraintdef(oid)) FROM pg_constraint WHERE contype = 'f'
  UNION SELECT format('%s.%s', typname, enumlabel) FROM pg_enum JOIN pg_type ON pg_type.oid = enumtypid`;

/**
 * What `schema.prisma` says and the migrated database does not, or the other way round for columns; empty when
 * they agree, as they must. `empty` is a database of which nothing is left to lose.
 */
export async function schemaDrift(migrated: string, empty: string): Promise<readonly string[]> {
  const script = await runSchemaEngine('script', empty);
  const said = await withClient(empty, async (client) => {
    await client.query(script.join('\n'));
    return factsOn(client);
  });
  const real = await withClient(migrated, factsOn);
  const missing = [...said].filter((fact) => !real.has(fact)).map((fact) => `only in schema.prisma: ${fact}`);
  // Partial indexes, and those that need an extension, stand in the migrations alone: the schema language has no word for them.
  const extra = [...real].filter((fact) => !said.has(fact) && !/ WHERE | USING gin /.test(fact));
  return [...missing, ...extra.map((fact) => `only in the migrations: ${fact}`)];
}

async function factsOn(client: pg.Client): Promise<ReadonlySet<string>> {
  const { rows } = await client.query<{ fact: string }>(FACTS);
  return new Set(rows.map(({ fact }) => fact));
}

async function withClient<T>(databaseUrl: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
