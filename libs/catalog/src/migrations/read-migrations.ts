import { readFile, readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const FOLDER = fileURLToPath(new URL('../../../../prisma/migrations', import.meta.url));

/** One step of the schema's history, as it stands under `prisma/migrations`. */
export interface Migration {
  readonly name: string;
  readonly sql: string;
}

/** Every migration, in the order in which they apply. */
export async function readMigrations(): Promise<{ folder: string; lock: string; migrations: readonly Migration[] }> {
  const entries = await readdir(FOLDER, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  const migrations = names
    .sort()
    .map(async (name) => ({ name, sql: await readFile(join(FOLDER, name, 'migration.sql'), 'utf8') }));
  return {
    folder: FOLDER,
    lock: await readFile(join(FOLDER, 'migration_lock.toml'), 'utf8'),
    migrations: await Promise.all(migrations),
  };
}

/** The schema as Prisma describes it; it must say the same as all migrations together. */
export async function readDatamodel(): Promise<string> {
  return readFile(join(dirname(FOLDER), 'schema.prisma'), 'utf8');
}
