import type { Digest } from '@strata/oci';
import { digestFromBytes } from '../digest-bytes.js';
import type { LayerRow } from '../layer/find-layers.js';
import type { Sql } from '../open-catalog.js';

/** One place in an image's root filesystem, base first; a layer may stand in several. */
export interface ImageLayerRow {
  readonly position: number;
  readonly layer: LayerRow;
  /** Of the uncompressed tar; null while the config is not known. */
  readonly diffId: Digest | null;
  /** ChainID up to and including this place (OCI image-spec 1.1, config.md); null while the config is not known. */
  readonly chainId: Digest | null;
}

interface Raw {
  readonly imageId: bigint;
  readonly position: number;
  readonly diffId: Buffer | null;
  readonly chainId: Buffer | null;
  readonly layerId: bigint;
  readonly digest: Buffer;
  readonly mediaType: string;
  readonly sizeBytes: bigint | null;
}

const SELECT = `
SELECT place.manifest_id AS "imageId", place.position, place.diff_id AS "diffId", place.diff_chain_id AS "chainId",
  layer.id AS "layerId", layer.digest, media_type.name AS "mediaType", layer.size_bytes AS "sizeBytes"
FROM image_layer AS place
JOIN layer ON layer.id = place.layer_id
JOIN media_type ON media_type.id = layer.media_type_id
WHERE place.manifest_id = ANY ($1::bigint[]) ORDER BY place.manifest_id, place.position`;

/** The layers of each image in order, repeats included; order and length follow `imageIds`. */
export async function findImageLayers(
  db: Sql,
  imageIds: readonly bigint[],
): Promise<readonly (readonly ImageLayerRow[])[]> {
  const { rows } = await db.query<Raw>(SELECT, [imageIds]);
  const byImage = Map.groupBy(rows, ({ imageId }) => imageId);
  return imageIds.map((id) => (byImage.get(id) ?? []).map(toImageLayer));
}

function toImageLayer({ position, diffId, chainId, layerId, digest, mediaType, sizeBytes }: Raw): ImageLayerRow {
  return {
    position,
    diffId: diffId === null ? null : digestFromBytes(diffId),
    chainId: chainId === null ? null : digestFromBytes(chainId),
    layer: { id: layerId, digest: digestFromBytes(digest), mediaType, sizeBytes },
  };
}
