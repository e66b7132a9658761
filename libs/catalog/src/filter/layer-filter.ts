import { compileSize, type SizeRange } from './ranges.js';
import { allOf, rawSql, sql, whenGiven, type SqlPart } from './sql.js';
import { storable } from './text-filter.js';

/** Which layers are meant; fields are joined by AND. */
export interface LayerFilter {
  readonly mediaType?: readonly string[] | null | undefined;
  /** Of the compressed blob. */
  readonly size?: SizeRange | null | undefined;
  /** Contained in at least so many images that some repository holds. */
  readonly minImages?: number | null | undefined;
}

/** The condition on the tables `layer_use` and `layer`. */
export function compileLayerFilter(filter: LayerFilter): SqlPart {
  return allOf([
    ...whenGiven(
      filter.mediaType,
      (names) =>
        sql`layer.media_type_id IN (SELECT id FROM media_type WHERE name = ANY (${names.filter(storable)}::text[]))`,
    ),
    ...whenGiven(filter.size, (range) => compileSize(rawSql('layer_use.size_bytes'), range)),
    ...whenGiven(filter.minImages, (count) => sql`layer_use.images >= ${count}::bigint`),
  ]);
}
