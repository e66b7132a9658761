import type { Platform } from '@strata/oci';
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

/** The platforms of these ids, in their order; null for an id that is unknown. */
export async function findPlatformsById(db: Sql, ids: readonly number[]): Promise<readonly (PlatformRow | null)[]> {
  const { rows } = await db.query<PlatformRow>(`${SELECT} WHERE id = ANY ($1::int[])`, [ids]);
  const byId = new Map(rows.map((row) => [row.id, row]));
  return ids.map((id) => byId.get(id) ?? null);
}
