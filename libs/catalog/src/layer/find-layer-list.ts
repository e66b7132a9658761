import { digestFromBytes } from '../digest-bytes.js';
import { checkFilter } from '../filter/check-filter.js';
import { compileLayerFilter, type LayerFilter } from '../filter/layer-filter.js';
import { rawSql, sql } from '../filter/sql.js';
import type { Sql } from '../open-catalog.js';
import { countRows } from '../page/count-rows.js';
import { findPages } from '../page/find-pages.js';
import { mapPage, type List, type Page, type PageRequest, type SortOrder } from '../page/list.js';
import type { LayerUse } from './count-layer-use.js';
import type { LayerRow } from './find-layers.js';

/** Most images first, largest first, or most bytes saved by sharing first: each is an index of the counted uses. */
export type LayerOrder = 'shared-desc' | 'size-desc' | 'saved-desc';

/** Which layers are wanted; only those in an image that some repository holds. */
export interface LayerQuery {
  readonly where?: LayerFilter | null | undefined;
}

const layerId = { column: rawSql('layer_use.layer_id'), kind: 'integer' } as const;

const ORDERS: Readonly<Record<LayerOrder, SortOrder>> = {
  'shared-desc': {
    name: 'layer.shared-desc',
    direction: 'DESC',
    keys: [{ column: rawSql('layer_use.images'), kind: 'integer' }, layerId],
  },
  'size-desc': {
    name: 'layer.size-desc',
    direction: 'DESC',
    keys: [{ column: rawSql('layer_use.size_bytes'), kind: 'integer' }, layerId],
  },
  'saved-desc': {
    name: 'layer.saved-desc',
    direction: 'DESC',
    keys: [{ column: rawSql('layer_use.saved_bytes'), kind: 'integer' }, layerId],
  },
};

type Raw = Omit<LayerRow, 'digest' | 'use'> & LayerUse & { readonly digest: Buffer };

/** One page of all layers. What was catalogued within the last second may be missing. Throws `CursorError`, `PageSizeError` and `FilterError`. */
export async function findLayerList(
  db: Sql,
  query: LayerQuery & PageRequest & { readonly orderBy: LayerOrder },
): Promise<Page<LayerRow>> {
  const [page] = await findPages<Raw>(db, { ...listOf(query), order: ORDERS[query.orderBy] }, query, [null]);
  const found = page ?? { rows: [], hasNextPage: false };
  return mapPage(found, toLayerRow);
}

function toLayerRow({ id, digest, mediaType, sizeBytes, images, repositories }: Raw): LayerRow {
  return { id, digest: digestFromBytes(digest), mediaType, sizeBytes, use: { images, repositories } };
}

/** How many there are. Throws `FilterError`. */
export async function countLayerList(db: Sql, query: LayerQuery): Promise<number> {
  const [count] = await countRows(db, listOf(query), [null]);
  return count ?? 0;
}

function listOf({ where }: LayerQuery): List {
  if (where) checkFilter(where);
  return {
    columns: sql`layer.id, layer.digest, media_type.name AS "mediaType", layer.size_bytes AS "sizeBytes",
      layer_use.images, layer_use.repositories`,
    from: rawSql(
      'layer_use JOIN layer ON layer.id = layer_use.layer_id JOIN media_type ON media_type.id = layer.media_type_id',
    ),
    where: sql`layer_use.images > 0 AND ${compileLayerFilter(where ?? {})}`,
  };
}
