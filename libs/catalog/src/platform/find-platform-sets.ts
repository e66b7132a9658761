import { rememberById } from '../dictionary/remember-by-id.js';
import type { Sql } from '../open-catalog.js';
import type { PlatformRow } from './find-platforms.js';

/** The platforms of each set by the set's id, every set sorted by name. */
export type PlatformSets = ReadonlyMap<number, readonly PlatformRow[]>;

const FRESH = `
SELECT platform_set.id AS "setId", platform.id, platform.name, platform.os, platform.architecture, platform.variant,
  platform.os_version AS "osVersion", platform.os_features AS "osFeatures"
FROM platform_set LEFT JOIN platform ON platform.id = ANY (platform_set.members)
WHERE platform_set.id <> ALL ($1::int[])
ORDER BY platform_set.id, platform.name`;

const platformSets = rememberById<readonly PlatformRow[]>(async (db, knownIds) => {
  const { rows } = await db.query<Joined>(FRESH, [knownIds]);
  return [...Map.groupBy(rows, ({ setId }) => setId)].map(([id, joined]) => [id, platformsOf(joined)] as const);
});

/** Every set there is, in one statement that reads the platforms of new ones only: one is never missed. */
export function findPlatformSets(db: Sql): Promise<PlatformSets> {
  return platformSets.all(db);
}

/** The platforms of a set that was read over `db` before; undefined for any other. */
export function knownPlatformSet(db: Sql, id: number): readonly PlatformRow[] | undefined {
  return platformSets.known(db).get(id);
}

/** The sets of these ids, in their order; an id that is unknown has no platforms. Asks only when one is not known yet. */
export async function findPlatformSetsById(
  db: Sql,
  ids: readonly number[],
): Promise<readonly (readonly PlatformRow[])[]> {
  const found = await platformSets.withIds(db, ids);
  return ids.map((id) => found.get(id) ?? []);
}

type Joined = { readonly setId: number } & { readonly [K in keyof PlatformRow]: PlatformRow[K] | null };

function platformsOf(joined: readonly Joined[]): readonly PlatformRow[] {
  return joined.filter(isPlatform).map(({ setId: _, ...platform }) => platform);
}

/** An empty set gives one row without a platform. */
function isPlatform(joined: Joined): joined is Joined & PlatformRow {
  return joined.id !== null;
}
