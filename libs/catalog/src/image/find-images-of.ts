import { isHeld } from '../filter/reach.js';
import { rawSql, sql, toQuery } from '../filter/sql.js';
import type { Sql } from '../open-catalog.js';
import {
  MANIFEST_COLUMNS,
  MANIFEST_TABLES,
  toManifestRow,
  type ManifestRow,
  type RawManifest,
} from './find-manifests.js';

/**
 * The runnable images that each manifest leads to, in the order of the index, nested ones in place: an image leads
 * to itself, an artifact to nothing. An image that is listed twice is given once; children that are not
 * known, or gone, are not given. Order and length follow `ids`.
 */
export async function findImagesOf(db: Sql, ids: readonly bigint[]): Promise<readonly (readonly ManifestRow[])[]> {
  const statement = sql`WITH RECURSIVE down (root, id, place) AS (
      SELECT asked.id, asked.id, ARRAY[]::int[] FROM unnest(${ids}::bigint[]) AS asked (id)
      UNION ALL
      SELECT down.root, child.id, down.place || entry.position::int
      FROM down
      JOIN index_entry AS entry ON entry.manifest_id = down.id AND entry.kind IN ('platform', 'index', 'unknown')
      JOIN manifest AS child ON child.digest = entry.child_digest
      WHERE cardinality(down.place) < ${MAX_DEPTH}
    ), led AS (
      SELECT root, id, min(place) AS place FROM down GROUP BY root, id
    )
    SELECT led.root, ${MANIFEST_COLUMNS}
    FROM led JOIN ${MANIFEST_TABLES} ON manifest.id = led.id
    WHERE manifest.kind = 'image' AND manifest.status = 'valid' AND ${isHeld(rawSql('manifest.id'))}
    ORDER BY led.root, led.place`;
  const { rows } = await db.query<RawManifest & { readonly root: bigint }>(toQuery(statement));
  const byRoot = Map.groupBy(rows, ({ root }) => root);
  return ids.map((id) => (byRoot.get(id) ?? []).map(toManifestRow));
}

/** Deeper indexes are never catalogued; the limit keeps a surprise from becoming a long statement. */
const MAX_DEPTH = 8;
