import { parentPort, workerData } from 'node:worker_threads';
import { PrismaPg } from '@prisma/adapter-pg';
import { bindMigrationAwareSqlAdapterFactory } from '@prisma/driver-adapter-utils';
import { SchemaEngine } from '@prisma/schema-engine-wasm';
import pg from 'pg';
import { z } from 'zod';
import { readDatamodel, readMigrations } from './read-migrations.js';

const { task, databaseUrl } = z
  .object({ task: z.enum(['apply', 'script']), databaseUrl: z.string() })
  .parse(workerData);

/** Tables that other libraries keep in the same database stand in schemas of their own. */
const filters = { externalTables: [], externalEnums: [] };

const pool = new pg.Pool({ connectionString: databaseUrl, max: 2 });
const engine = await SchemaEngine.new(
  { datamodels: [['schema.prisma', await readDatamodel()]] },
  () => undefined,
  bindMigrationAwareSqlAdapterFactory(new PrismaPg(pool)),
);
const answer = task === 'apply' ? await apply() : await script();
await pool.end();
parentPort?.postMessage(answer);

async function apply(): Promise<readonly string[]> {
  const { folder, lock, migrations } = await readMigrations();
  const { appliedMigrationNames } = await engine.applyMigrations({
    filters,
    migrationsList: {
      baseDir: folder,
      lockfile: { path: 'migration_lock.toml', content: lock },
      shadowDbInitScript: '',
      migrationDirectories: migrations.map(({ name, sql }) => ({
        path: name,
        migrationFile: { path: 'migration.sql', content: { tag: 'ok', value: sql } },
      })),
    },
  });
  return appliedMigrationNames;
}

/** The SQL that makes the tables of `schema.prisma` in an empty database. */
async function script(): Promise<readonly string[]> {
  const { stdout } = await engine.diff({
    from: { tag: 'empty' },
    to: { tag: 'schemaDatamodel', files: [{ path: 'schema.prisma', content: await readDatamodel() }] },
    script: true,
    exitCode: null,
    filters,
  });
  return [stdout ?? ''];
}
