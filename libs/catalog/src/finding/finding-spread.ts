import { rawSql, sql, toQuery, type SqlPart } from '../filter/sql.js';
import type { Placement } from '../image/place-manifests.js';
import type { Sql } from '../open-catalog.js';
import type { SpreadOf } from './expand-todo.js';
import { placementsListing, seedsOfManifest, seedsOfTag, tagsReaching } from './hanging-on.js';

/** One tag or manifest of which everything that hangs on it is examined, page by page. */
export interface Spread {
  readonly of: SpreadOf;
  /** The last row that was noted for it until now. */
  readonly lastId: bigint;
}

/** Some of what hangs on it. */
export interface SpreadPage {
  readonly tagIds: readonly bigint[];
  readonly placements: readonly Placement[];
}

/** Notes tags and manifests on which much hangs; in the transaction that ends what led to them. */
export async function noteSpreads(sql: Sql, spreads: readonly SpreadOf[]): Promise<void> {
  if (spreads.length === 0) return;
  await sql.query('INSERT INTO finding_spread (tag_id, manifest_id) SELECT * FROM unnest($1::bigint[], $2::bigint[])', [
    spreads.map((of) => ('tagId' in of ? of.tagId : null)),
    spreads.map((of) => ('manifestId' in of ? of.manifestId : null)),
  ]);
}

const FIRST = `
  SELECT first.tag_id, first.manifest_id,
         (SELECT max(id) FROM finding_spread AS same
           WHERE same.tag_id = first.tag_id OR same.manifest_id = first.manifest_id) AS last_id
    FROM (SELECT tag_id, manifest_id FROM finding_spread ORDER BY id LIMIT 1) AS first`;

/** The one that has waited longest; null when none waits. */
export async function findSpread(sql: Sql): Promise<Spread | null> {
  const { rows } = await sql.query<{ tag_id: bigint | null; manifest_id: bigint | null; last_id: bigint }>(FIRST);
  const [row] = rows;
  if (row?.tag_id) return { of: { tagId: row.tag_id }, lastId: row.last_id };
  return row?.manifest_id ? { of: { manifestId: row.manifest_id }, lastId: row.last_id } : null;
}

/**
 * Works out what hangs on it and keeps that on the server, for as long as this connection lives and without any
 * transaction: what comes to hang on it later is examined for its own sake.
 */
export async function openSpread(sql: Sql, { of }: Spread): Promise<void> {
  const { text } = toQuery(everythingOn(of)); // without parameters, which a cursor could not take
  await sql.query(`DECLARE finding_spread CURSOR WITH HOLD FOR ${text}`);
}

/** The next page of what `openSpread` found; empty at the end, and the cursor closed. */
export async function readSpread(sql: Sql, limit: number): Promise<SpreadPage> {
  const { rows } = await sql.query<{
    tag_id: bigint | null;
    repository_id: bigint | null;
    manifest_id: bigint | null;
  }>(`FETCH ${Math.trunc(limit)} FROM finding_spread`);
  if (rows.length === 0) await sql.query('CLOSE finding_spread');
  return {
    tagIds: rows.map(({ tag_id }) => tag_id).filter((id) => id !== null),
    placements: rows.flatMap(({ repository_id, manifest_id }) =>
      repository_id === null || manifest_id === null ? [] : [{ repositoryId: repository_id, manifestId: manifest_id }],
    ),
  };
}

/** Forgets it; what was noted for it meanwhile stays. */
export async function endSpread(sql: Sql, { of, lastId }: Spread): Promise<void> {
  const [column, id] = 'tagId' in of ? ['tag_id', of.tagId] : ['manifest_id', of.manifestId];
  await sql.query(`DELETE FROM finding_spread WHERE ${column} = $1 AND id <= $2`, [id, lastId]);
}

/** Manifests first: a policy may ask whether what a tag points at has a finding. */
function everythingOn(of: SpreadOf): SqlPart {
  const seeds = 'tagId' in of ? seedsOfTag(literal(of.tagId)) : seedsOfManifest(literal(of.manifestId));
  const tags = sql`SELECT DISTINCT tag_id, NULL::bigint AS repository_id, NULL::bigint AS manifest_id
    FROM (${tagsReaching(seeds)}) AS reached (tag_id)`;
  if ('tagId' in of) return tags;
  return sql`${tags} UNION ALL
    SELECT DISTINCT NULL::bigint, repository_id, manifest_id FROM (${placementsListing(literal(of.manifestId))}) AS listing
    ORDER BY tag_id NULLS FIRST`;
}

function literal(id: bigint): SqlPart {
  return rawSql(`${id}::bigint`);
}
