import type { Digest } from '@strata/oci';
import { digestToBytes } from '../digest-bytes.js';
import { rawSql, sql, type SqlPart } from './sql.js';
import { compileText, type TextFilter } from './text-filter.js';

/** Selects the ids of the images that contain a layer. */
export function imagesWith(layer: Digest): SqlPart {
  return sql`SELECT place.manifest_id FROM image_layer AS place
    WHERE place.layer_id = (SELECT id FROM layer WHERE digest = ${digestToBytes(layer)})`;
}

/** Selects those with a layer of such a media type, as the image has it: another may list the same bytes as something else. */
export function imagesWithLayerType(type: TextFilter): SqlPart {
  const accepted = sql`SELECT media_type.id FROM media_type WHERE ${compileText(rawSql('media_type.name'), type)}`;
  return sql`SELECT place.manifest_id FROM layer JOIN image_layer AS place ON place.layer_id = layer.id
    WHERE layer.media_type_id IN (${accepted}) AND place.media_type_id IS NULL
    UNION SELECT place.manifest_id FROM image_layer AS place WHERE place.media_type_id IN (${accepted})`;
}
