import { checkFilter } from '../filter/check-filter.js';
import { compileImageFilter, type ImageFilter } from '../filter/image-filter.js';
import { isHeld } from '../filter/reach.js';
import { allOf, rawSql, sql, type SqlPart } from '../filter/sql.js';
import type { Sql } from '../open-catalog.js';
import { countImagesOfLayers } from '../layer/count-images-of-layers.js';
import { countRows } from '../page/count-rows.js';
import { findPages } from '../page/find-pages.js';
import { mapPage, type List, type Page, type PageRequest, type SortOrder } from '../page/list.js';
import { findPlatforms } from '../platform/find-platforms.js';
import {
  MANIFEST_COLUMNS,
  MANIFEST_TABLES,
  toManifestRow,
  type ManifestRow,
  type RawManifest,
} from './find-manifests.js';

/** The orders that an index serves; "pushed" is when the image was first seen. */
export type ImageOrder = 'pushed-desc' | 'pushed-asc' | 'size-desc';

/** Which images: the whole catalog's, or those that contain each of these layers (in their order). */
export type ImageScope = { readonly kind: 'everywhere' } | { readonly kind: 'layers'; readonly ids: readonly bigint[] };

/** Which images are wanted; only those that some repository holds. */
export interface ImageQuery {
  readonly where?: ImageFilter | null | undefined;
  readonly scope: ImageScope;
}

const id = { column: rawSql('manifest.id'), kind: 'integer' } as const;
const pushed = { column: rawSql('manifest.first_seen_at'), kind: 'instant' } as const;
const size = { column: rawSql('manifest.total_bytes'), kind: 'integer' } as const;

const ORDERS: Readonly<Record<ImageOrder, SortOrder>> = {
  'pushed-desc': { name: 'image.pushed-desc', direction: 'DESC', keys: [pushed, id] },
  'pushed-asc': { name: 'image.pushed-asc', direction: 'ASC', keys: [pushed, id] },
  'size-desc': { name: 'image.size-desc', direction: 'DESC', keys: [size, id] },
};

// The image that became known later has the higher id, and the index of a layer's images
// ends with it: a page is a walk as long as itself, also where half of all images contain the layer.
const NEWEST_OF_LAYER: SortOrder = {
  name: 'image.newest-of-layer',
  direction: 'DESC',
  keys: [{ column: rawSql('place.manifest_id'), kind: 'integer' }],
};

/** A page per parent; one page for `everywhere`. Those of a layer come in the order in which they became known. Throws `CursorError`, `PageSizeError`, `FilterError`, `PlatformNameError` and `InvalidReferenceError`. */
export async function findImages(
  db: Sql,
  query: ImageQuery & PageRequest & { readonly orderBy: ImageOrder },
): Promise<readonly Page<ManifestRow>[]> {
  const all = await listOf(db, query);
  const list =
    query.scope.kind === 'layers' && query.orderBy === 'pushed-desc'
      ? {
          ...all,
          from: sql`${MANIFEST_TABLES} JOIN image_layer AS place ON place.manifest_id = manifest.id`,
          of: isPlace,
          order: NEWEST_OF_LAYER,
        }
      : { ...all, order: ORDERS[query.orderBy] };
  const pages = await findPages<RawManifest>(db, list, query, parentsOf(query.scope));
  return pages.map((page) => mapPage(page, toManifestRow));
}

/** How many there are per parent, exactly: of layers alone from their counted uses. Throws what `findImages` does. */
export async function countImages(db: Sql, query: ImageQuery): Promise<readonly number[]> {
  const isAllAsked = Object.values(query.where ?? {}).every((asked) => asked === null || asked === undefined);
  if (isAllAsked && query.scope.kind === 'layers') return countImagesOfLayers(db, query.scope.ids);
  const list = { ...(await listOf(db, query)), from: rawSql('manifest') };
  return countRows(db, list, parentsOf(query.scope));
}

async function listOf(db: Sql, { where, scope }: ImageQuery): Promise<List> {
  if (where) checkFilter(where);
  const platforms = where?.platform ? await findPlatforms(db) : [];
  const condition = allOf([
    rawSql(`manifest.kind = 'image'`), // these two word for word, for the index of valid images
    rawSql(`manifest.status = 'valid'`),
    isHeld(rawSql('manifest.id')),
    compileImageFilter(where ?? {}, platforms),
  ]);
  const list = { columns: MANIFEST_COLUMNS, from: MANIFEST_TABLES, where: condition };
  return scope.kind === 'everywhere' ? list : { ...list, of: contains };
}

function contains(layerId: SqlPart): SqlPart {
  return sql`manifest.id IN (SELECT image_layer.manifest_id FROM image_layer WHERE image_layer.layer_id = ${layerId})`;
}

/** An image that contains the layer twice is met once, at its first place: a probe per row, where NOT EXISTS may become a hash of all. */
function isPlace(layerId: SqlPart): SqlPart {
  return sql`place.layer_id = ${layerId} AND place.position = (
    SELECT min(same.position) FROM image_layer AS same
    WHERE same.manifest_id = place.manifest_id AND same.layer_id = place.layer_id)`;
}

function parentsOf(scope: ImageScope): readonly (bigint | null)[] {
  return scope.kind === 'everywhere' ? [null] : scope.ids;
}
