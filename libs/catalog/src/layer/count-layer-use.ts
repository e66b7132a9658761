import type { Sql } from '../open-catalog.js';

/** How far a layer is shared, among the images that some repository holds. */
export interface LayerUse {
  readonly images: number;
  readonly repositories: number;
}

const COUNT = `
SELECT asked.id, used.images, used.repositories
FROM unnest($1::bigint[]) AS asked (id)
CROSS JOIN LATERAL (
  SELECT count(DISTINCT manifest.id)::int AS images, count(DISTINCT placement.repository_id)::int AS repositories
  FROM image_layer AS place
  JOIN manifest ON manifest.id = place.manifest_id AND manifest.kind = 'image' AND manifest.status = 'valid'
  JOIN repository_manifest AS placement ON placement.manifest_id = manifest.id AND placement.gone_at IS NULL
  WHERE place.layer_id = asked.id
) AS used`;

/** Exact counts, in the order of `layerIds`; an unknown layer is used nowhere. */
export async function countLayerUse(db: Sql, layerIds: readonly bigint[]): Promise<readonly LayerUse[]> {
  const { rows } = await db.query<LayerUse & { readonly id: bigint }>(COUNT, [layerIds]);
  const byId = new Map(rows.map(({ id, images, repositories }) => [id, { images, repositories }]));
  return layerIds.map((id) => byId.get(id) ?? { images: 0, repositories: 0 });
}
