import type { Sql } from '../open-catalog.js';

/** One registry, known by its `host[:port]`. */
export interface RegistryRow {
  readonly id: number;
  readonly host: string;
}

/** Every registry, by host. */
export async function findRegistries(db: Sql): Promise<readonly RegistryRow[]> {
  const { rows } = await db.query<RegistryRow>('SELECT id, host FROM registry ORDER BY host');
  return rows;
}

/** The registries of these ids, in their order; null for an id that is unknown. */
export async function findRegistriesById(db: Sql, ids: readonly number[]): Promise<readonly (RegistryRow | null)[]> {
  const { rows } = await db.query<RegistryRow>('SELECT id, host FROM registry WHERE id = ANY ($1::int[])', [ids]);
  const byId = new Map(rows.map((row) => [row.id, row]));
  return ids.map((id) => byId.get(id) ?? null);
}
