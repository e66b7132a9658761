import { rawSql, sql, toQuery, type SqlPart } from '../filter/sql.js';
import type { Placement } from '../image/place-manifests.js';
import type { Sql } from '../open-catalog.js';
import { placementColumns } from './examined.js';
import { uniquePlacements, type FindingTodo } from './finding-todo.js';
import { placementsListing, seedsOfManifest, seedsOfTag, tagsReaching } from './hanging-on.js';

/** A tag, or a manifest, on which much hangs. */
export type SpreadOf = { readonly tagId: bigint } | { readonly manifestId: bigint };

/** What must be examined because of a lot of changes. */
export interface ExpandedTodo {
  readonly tagIds: readonly bigint[];
  readonly placements: readonly Placement[];
  /** Those on which so much hangs that it is examined in pages, later. */
  readonly spreads: readonly SpreadOf[];
}

/**
 * What hangs on these changes: the tags and manifests themselves, the indexes that list a manifest, the tags that reach it,
 * sign it or are built on it, and those built on what a tag has pointed at. A change on which more than `atOnce` of these
 * hang is a spread. Reads only.
 */
export async function expandTodo(sql: Sql, todo: FindingTodo, atOnce: number): Promise<ExpandedTodo> {
  const bearers = await findBearers(sql, todo.placements);
  const ofTags = await findHanging(sql, todo.tagIds, seedsOfTag, atOnce);
  const ofManifests = await findHanging(sql, bearers, seedsOfManifest, atOnce);
  const parents = await findParents(sql, todo.placements, atOnce);
  const wide = new Set([...ofManifests.wide, ...parents.wide]);
  return {
    tagIds: [
      ...new Set([
        ...todo.tagIds,
        ...ofTags.tagIds,
        ...ofManifests.tagIds,
        ...(await tagsBeside(sql, todo.placements)),
      ]),
    ],
    placements: uniquePlacements([...todo.placements, ...parents.placements]),
    spreads: [...[...ofTags.wide].map((tagId) => ({ tagId })), ...[...wide].map((manifestId) => ({ manifestId }))],
  };
}

// What a manifest means to tags elsewhere changes when it is first held anywhere, or no longer. Of several placements
// one tells: the first that is held, or where none is, each that is gone. However they come, one of them does.
const BEARERS = `
  SELECT DISTINCT placed.manifest_id AS id
    FROM unnest($1::bigint[], $2::bigint[]) AS asked (repository_id, manifest_id)
    JOIN repository_manifest AS placed USING (repository_id, manifest_id)
   WHERE NOT EXISTS (
     SELECT FROM repository_manifest AS other
      WHERE other.manifest_id = placed.manifest_id AND other.gone_at IS NULL
        AND (placed.gone_at IS NOT NULL
             OR (other.first_seen_at, other.repository_id) < (placed.first_seen_at, placed.repository_id)))`;

async function findBearers(sql: Sql, placements: readonly Placement[]): Promise<readonly bigint[]> {
  if (placements.length === 0) return [];
  const { rows } = await sql.query<{ id: bigint }>(BEARERS, placementColumns(placements));
  return rows.map(({ id }) => id);
}

async function findHanging(
  db: Sql,
  asked: readonly bigint[],
  seedsOf: (id: SqlPart) => SqlPart,
  atOnce: number,
): Promise<{ readonly tagIds: readonly bigint[]; readonly wide: ReadonlySet<bigint> }> {
  if (asked.length === 0) return { tagIds: [], wide: new Set() };
  const seeds = await db.query<{ asked: bigint; id: bigint }>(
    toQuery(sql`SELECT asked.id AS asked, found.id FROM unnest(${asked}::bigint[]) AS asked (id)
      CROSS JOIN LATERAL (SELECT id FROM (${seedsOf(rawSql('asked.id'))}) AS seeds LIMIT ${atOnce + 1}) AS found`),
  );
  const wide = new Set(
    tooMany(
      seeds.rows.map((row) => row.asked),
      atOnce,
    ),
  );
  const narrow = seeds.rows.filter((row) => !wide.has(row.asked));
  const tags = await db.query<{ asked: bigint; id: bigint }>(
    toQuery(sql`SELECT seeds.asked, found.id
      FROM (SELECT asked, array_agg(DISTINCT seed) AS ids
              FROM unnest(${narrow.map((row) => row.asked)}::bigint[], ${narrow.map(({ id }) => id)}::bigint[]) AS narrow (asked, seed)
             GROUP BY asked) AS seeds
      CROSS JOIN LATERAL (${tagsReaching(rawSql('SELECT unnest(seeds.ids)'))} LIMIT ${atOnce + 1}) AS found`),
  );
  for (const busy of tooMany(
    tags.rows.map((row) => row.asked),
    atOnce,
  ))
    wide.add(busy);
  return { tagIds: tags.rows.filter((row) => !wide.has(row.asked)).map(({ id }) => id), wide };
}

async function findParents(
  db: Sql,
  placements: readonly Placement[],
  atOnce: number,
): Promise<{ readonly placements: readonly Placement[]; readonly wide: ReadonlySet<bigint> }> {
  const asked = [...new Set(placements.map(({ manifestId }) => manifestId))];
  if (asked.length === 0) return { placements: [], wide: new Set() };
  const { rows } = await db.query<{ asked: bigint; repository_id: bigint; manifest_id: bigint }>(
    toQuery(sql`SELECT asked.id AS asked, found.repository_id, found.manifest_id FROM unnest(${asked}::bigint[]) AS asked (id)
      CROSS JOIN LATERAL (${placementsListing(rawSql('asked.id'))} LIMIT ${atOnce + 1}) AS found`),
  );
  return {
    placements: rows.map((row) => ({ repositoryId: row.repository_id, manifestId: row.manifest_id })),
    wide: new Set(
      tooMany(
        rows.map((row) => row.asked),
        atOnce,
      ),
    ),
  };
}

/** Tags of the same repository, on the manifest or on an index that lists it: a finding of its own may be asked of them. */
async function tagsBeside(db: Sql, placements: readonly Placement[]): Promise<readonly bigint[]> {
  if (placements.length === 0) return [];
  const [repositories, manifests] = placementColumns(placements);
  const { rows } = await db.query<{ id: bigint }>(
    toQuery(sql`SELECT DISTINCT beside.id FROM unnest(${repositories}::bigint[], ${manifests}::bigint[]) AS asked (repository_id, manifest_id)
      CROSS JOIN LATERAL (
        ${tagsReaching(rawSql('SELECT asked.manifest_id'))} WHERE tag.repository_id = asked.repository_id
      ) AS beside`),
  );
  return rows.map(({ id }) => id);
}

/** What stands more often than may be examined at once. */
function tooMany(found: readonly bigint[], atOnce: number): readonly bigint[] {
  const counts = new Map<bigint, number>();
  for (const id of found) counts.set(id, (counts.get(id) ?? 0) + 1);
  return [...counts].filter(([, count]) => count > atOnce).map(([id]) => id);
}
