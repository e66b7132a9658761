import { isHeld } from '../filter/reach.js';
import { rawSql, sql, toQuery } from '../filter/sql.js';
import type { Sql } from '../open-catalog.js';

/** With more than this waiting to be counted, looking at each of it is no cheaper than at the images of the layer. */
const MOST_WAITING = 2_000;

const IS_HELD_IMAGE = sql`EXISTS (
  SELECT FROM manifest WHERE manifest.id = waiting.id AND manifest.kind = 'image' AND manifest.status = 'valid')
  AND ${isHeld(rawSql('waiting.id'))}`;

const IS_COUNTED = sql`EXISTS (SELECT FROM counted_placement AS counted WHERE counted.manifest_id = waiting.id)`;

/**
 * In how many held images each layer is, in the order of `layerIds`, exact at every moment: what is counted, and by how
 * much that will change with what `countUses` has not taken yet, in one snapshot. Whoever changes a placement marks it in
 * the same transaction, and what was counted is marked no longer in that of the counting.
 */
export async function countImagesOfLayers(db: Sql, layerIds: readonly bigint[]): Promise<readonly number[]> {
  const statement = sql`WITH waiting AS (
      SELECT DISTINCT manifest_id AS id FROM use_todo WHERE manifest_id IS NOT NULL
    ), steps AS MATERIALIZED (
      SELECT id, (${IS_HELD_IMAGE})::int - (${IS_COUNTED})::int AS step FROM waiting
    )
    SELECT asked.id, CASE
      WHEN (SELECT count(*) FROM (SELECT FROM use_todo LIMIT ${MOST_WAITING + 1}) AS first_ones) > ${MOST_WAITING} THEN (
        SELECT count(*) FROM manifest WHERE manifest.kind = 'image' AND manifest.status = 'valid'
          AND ${isHeld(rawSql('manifest.id'))}
          AND manifest.id IN (SELECT manifest_id FROM image_layer WHERE layer_id = asked.id))
      ELSE coalesce((SELECT images FROM layer_use WHERE layer_use.layer_id = asked.id), 0) + coalesce((
        SELECT sum(step) FROM steps WHERE step <> 0
          AND EXISTS (SELECT FROM image_layer WHERE image_layer.manifest_id = steps.id AND image_layer.layer_id = asked.id)), 0)
      END::int AS images
    FROM unnest(${layerIds}::bigint[]) AS asked (id)`;
  const { rows } = await db.query<{ readonly id: bigint; readonly images: number }>(toQuery(statement));
  const byId = new Map(rows.map(({ id, images }) => [id, images]));
  return layerIds.map((id) => byId.get(id) ?? 0);
}
