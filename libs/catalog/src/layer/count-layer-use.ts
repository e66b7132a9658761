import type { Sql } from '../open-catalog.js';

/** How far a layer is shared, among the images that some repository holds. */
export interface LayerUse {
  readonly images: number;
  readonly repositories: number;
}

/**
 * The counts that `countUses` keeps, in the order of `layerIds`: one probe each, however hot the layer is. An unknown
 * layer is used nowhere; what was catalogued within the last second may not be counted yet.
 */
export async function countLayerUse(db: Sql, layerIds: readonly bigint[]): Promise<readonly LayerUse[]> {
  const { rows } = await db.query<LayerUse & { readonly id: bigint }>(
    'SELECT layer_id AS id, images, repositories FROM layer_use WHERE layer_id = ANY ($1::bigint[])',
    [layerIds],
  );
  const byId = new Map(rows.map(({ id, images, repositories }) => [id, { images, repositories }]));
  return layerIds.map((id) => byId.get(id) ?? { images: 0, repositories: 0 });
}
