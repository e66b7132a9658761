import type { Sql } from '../open-catalog.js';
import type { PlatformRow } from './find-platforms.js';

/** The platforms of each set by the set's id, every set sorted by name. */
export type PlatformSets = ReadonlyMap<number, readonly PlatformRow[]>;

const SELECT = `
SELECT platform_set.id AS "setId", platform.id, platform.name, platform.os, platform.architecture, platform.variant,
  platform.os_version AS "osVersion", platform.os_features AS "osFeatures"
FROM platform_set LEFT JOIN platform ON platform.id = ANY (platform_set.members)`;

/**
 * Every set there is, in one statement. Sets are only ever added, so what is read at the beginning of a request
 * stays true during it; reading them each time means that a new one is never missed.
 */
export function findPlatformSets(db: Sql): Promise<PlatformSets> {
  return read(db, SELECT, []);
}

/** The sets of these ids, in their order; an id that is unknown has no platforms. */
export async function findPlatformSetsById(
  db: Sql,
  ids: readonly number[],
): Promise<readonly (readonly PlatformRow[])[]> {
  const sets = await read(db, `${SELECT} WHERE platform_set.id = ANY ($1::int[])`, [ids]);
  return ids.map((id) => sets.get(id) ?? []);
}

type Joined = { readonly setId: number } & { readonly [K in keyof PlatformRow]: PlatformRow[K] | null };

async function read(db: Sql, select: string, values: readonly unknown[]): Promise<PlatformSets> {
  const { rows } = await db.query<Joined>(`${select} ORDER BY platform_set.id, platform.name`, [...values]);
  const sets = new Map<number, PlatformRow[]>();
  for (const { setId, ...platform } of rows) {
    const set = sets.get(setId) ?? [];
    sets.set(setId, set);
    if (isPlatform(platform)) set.push(platform);
  }
  return sets;
}

/** An empty set gives one row without a platform. */
function isPlatform(joined: Omit<Joined, 'setId'>): joined is PlatformRow {
  return joined.id !== null;
}
