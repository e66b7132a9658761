import type { Platform } from '@strata/oci';
import { rememberById } from '../dictionary/remember-by-id.js';
import type { Sql } from '../open-catalog.js';

/** A platform of the dictionary, with its canonical name. */
export interface PlatformRow extends Platform {
  readonly id: number;
  readonly name: string;
}

const SELECT = `
SELECT id, name, os, architecture, variant, os_version AS "osVersion", os_features AS "osFeatures" FROM platform`;

/** The whole dictionary, by name: some hundred rows in a catalog of millions of tags. */
export async function findPlatforms(db: Sql): Promise<readonly PlatformRow[]> {
  const { rows } = await db.query<PlatformRow>(`${SELECT} ORDER BY name`);
  return rows;
}

const platforms = rememberById<PlatformRow>(async (db, knownIds) => {
  const { rows } = await db.query<PlatformRow>(`${SELECT} WHERE id <> ALL ($1::int[])`, [knownIds]);
  return rows.map((row) => [row.id, row] as const);
});

/** A platform that was read by its id over `db` before; undefined for any other. */
export function knownPlatform(db: Sql, id: number): PlatformRow | undefined {
  return platforms.known(db).get(id);
}

/** The platforms of these ids, in their order; null for an id that is unknown. Asks only when one is not known yet. */
export async function findPlatformsById(db: Sql, ids: readonly number[]): Promise<readonly (PlatformRow | null)[]> {
  const found = await platforms.withIds(db, ids);
  return ids.map((id) => found.get(id) ?? null);
}
