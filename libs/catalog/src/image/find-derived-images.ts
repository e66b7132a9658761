import { isHeld } from '../filter/reach.js';
import { rawSql, sql, toQuery, type SqlPart } from '../filter/sql.js';
import type { Sql } from '../open-catalog.js';
import { formatCursor, parseCursor } from '../page/cursor.js';
import { checkPageSize, type Page, type PageRequest } from '../page/list.js';
import {
  MANIFEST_COLUMNS,
  MANIFEST_TABLES,
  toManifestRow,
  type ManifestRow,
  type RawManifest,
} from './find-manifests.js';

const ORDER = 'derived.newest';

/**
 * The images that are held and whose layers begin with all layers of each of these and go on, newest first. One walk
 * backwards along the images that contain the chain, and one along those that contain its files, each as long as the
 * page: a base of half the catalog costs what a base of ten images does. Throws `CursorError` and `PageSizeError`.
 */
export async function findDerivedImages(
  db: Sql,
  query: PageRequest & { readonly imageIds: readonly bigint[] },
): Promise<readonly Page<ManifestRow>[]> {
  const { first, imageIds } = query;
  checkPageSize(first);
  const [after = null] = query.after ? parseCursor(query.after, ORDER, ['integer']) : [];
  const walk = (chain: 'chain_id' | 'diff_chain_id'): SqlPart => sql`(
    SELECT place.manifest_id AS id FROM image_layer AS place JOIN manifest AS derived ON derived.id = place.manifest_id
    WHERE ${isDerived(chain)} AND (${after}::bigint IS NULL OR place.manifest_id < ${after}::bigint)
    ORDER BY place.manifest_id DESC LIMIT ${first + 1})`;
  const statement = sql`SELECT asked.place AS parent, ${MANIFEST_COLUMNS}
    FROM unnest(${imageIds}::bigint[]) WITH ORDINALITY AS asked (id, place)
    JOIN manifest AS base ON base.id = asked.id
    CROSS JOIN LATERAL (
      SELECT id FROM (${walk('chain_id')} UNION ${walk('diff_chain_id')}) AS found ORDER BY id DESC LIMIT ${first + 1}
    ) AS page
    JOIN ${MANIFEST_TABLES} ON manifest.id = page.id
    ORDER BY asked.place, manifest.id DESC`;
  const { rows } = await db.query<RawManifest & { readonly parent: bigint }>(toQuery(statement));
  const byParent = Map.groupBy(rows, ({ parent }) => Number(parent) - 1);
  return imageIds.map((_, index) => toPage(byParent.get(index) ?? [], first));
}

/** How many each has; this one looks at all of them. */
export async function countDerivedImages(db: Sql, imageIds: readonly bigint[]): Promise<readonly number[]> {
  const all = (chain: 'chain_id' | 'diff_chain_id'): SqlPart =>
    sql`SELECT place.manifest_id FROM image_layer AS place JOIN manifest AS derived ON derived.id = place.manifest_id
      WHERE ${isDerived(chain)}`;
  const statement = sql`SELECT base.id, (SELECT count(*) FROM (${all('chain_id')} UNION ${all('diff_chain_id')}) AS found)::int AS n
    FROM manifest AS base WHERE base.id = ANY (${imageIds}::bigint[])`;
  const { rows } = await db.query<{ readonly id: bigint; readonly n: number }>(toQuery(statement));
  const byId = new Map(rows.map(({ id, n }) => [id, n]));
  return imageIds.map((id) => byId.get(id) ?? 0);
}

function isDerived(chain: 'chain_id' | 'diff_chain_id'): SqlPart {
  return sql`${rawSql(`place.${chain} = base.${chain}`)} AND derived.layer_count > base.layer_count
    AND derived.kind = 'image' AND derived.status = 'valid' AND ${isHeld(rawSql('derived.id'))}`;
}

function toPage(found: readonly (RawManifest & { readonly parent: bigint })[], first: number): Page<ManifestRow> {
  const rows = found
    .slice(0, first)
    .map(({ parent: _, ...raw }) => ({ cursor: formatCursor(ORDER, [String(raw.id)]), row: toManifestRow(raw) }));
  return { rows, hasNextPage: found.length > first };
}
