import { rememberById } from '../dictionary/remember-by-id.js';
import type { Sql } from '../open-catalog.js';

/** One registry, known by its `host[:port]`, which it keeps. */
export interface RegistryRow {
  readonly id: number;
  readonly host: string;
}

/** Every registry, by host. */
export async function findRegistries(db: Sql): Promise<readonly RegistryRow[]> {
  const { rows } = await db.query<RegistryRow>('SELECT id, host FROM registry ORDER BY host');
  return rows;
}

const registries = rememberById<RegistryRow>(async (db, knownIds) => {
  const { rows } = await db.query<RegistryRow>('SELECT id, host FROM registry WHERE id <> ALL ($1::int[])', [knownIds]);
  return rows.map((row) => [row.id, row] as const);
});

/** A registry that was read by its id over `db` before; undefined for any other. */
export function knownRegistry(db: Sql, id: number): RegistryRow | undefined {
  return registries.known(db).get(id);
}

/** The registries of these ids, in their order; null for an id that is unknown. Asks only when one is not known yet. */
export async function findRegistriesById(db: Sql, ids: readonly number[]): Promise<readonly (RegistryRow | null)[]> {
  const found = await registries.withIds(db, ids);
  return ids.map((id) => found.get(id) ?? null);
}
