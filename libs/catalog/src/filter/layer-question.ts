import type { Digest } from '@strata/oci';
import { digestToBytes } from '../digest-bytes.js';
import type { ManifestQuestion } from './manifest-question.js';
import { rawSql, sql } from './sql.js';
import { compileText, type TextFilter } from './text-filter.js';

/** The images that contain a layer. */
export function contains(layer: Digest): ManifestQuestion {
  const placed = sql`FROM image_layer AS place
    WHERE place.layer_id = (SELECT id FROM layer WHERE digest = ${digestToBytes(layer)})`;
  return {
    ids: sql`SELECT place.manifest_id ${placed}`,
    holds: (id) => sql`EXISTS (SELECT ${placed} AND place.manifest_id = ${id})`,
  };
}

/** The images with a layer of such a media type, as the image has it: another may list the same bytes as something else. */
export function hasLayerOfType(type: TextFilter): ManifestQuestion {
  const accepted = sql`SELECT media_type.id FROM media_type WHERE ${compileText(rawSql('media_type.name'), type)}`;
  return {
    ids: sql`SELECT place.manifest_id FROM layer JOIN image_layer AS place ON place.layer_id = layer.id
      WHERE layer.media_type_id IN (${accepted}) AND place.media_type_id IS NULL
      UNION SELECT place.manifest_id FROM image_layer AS place WHERE place.media_type_id IN (${accepted})`,
    holds: (id) => sql`EXISTS (SELECT FROM image_layer AS place JOIN layer ON layer.id = place.layer_id
      WHERE place.manifest_id = ${id} AND coalesce(place.media_type_id, layer.media_type_id) IN (${accepted}))`,
  };
}
