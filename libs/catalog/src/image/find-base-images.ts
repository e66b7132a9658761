import { isHeld, reaching } from '../filter/reach.js';
import { rawSql, sql, toQuery, type SqlPart } from '../filter/sql.js';
import type { Sql } from '../open-catalog.js';
import { countRows } from '../page/count-rows.js';
import { findPages } from '../page/find-pages.js';
import { mapPage, type List, type Page, type PageRequest, type SortOrder } from '../page/list.js';
import {
  MANIFEST_COLUMNS,
  MANIFEST_TABLES,
  toManifestRow,
  type ManifestRow,
  type RawManifest,
} from './find-manifests.js';

/** An image whose layers are the first ones of another. */
export interface BaseImageRow {
  readonly image: ManifestRow;
  /** How many of them: all layers of the base. */
  readonly sharedLayers: number;
}

const NEAREST_FIRST: SortOrder = {
  name: 'base.nearest',
  direction: 'DESC',
  keys: [
    { column: rawSql('manifest.layer_count'), kind: 'integer' },
    { column: rawSql('manifest.id'), kind: 'integer' },
  ],
};

const LIST: List = {
  columns: sql`${MANIFEST_COLUMNS}, manifest.layer_count AS "sharedLayers"`,
  from: MANIFEST_TABLES,
  where: sql`manifest.kind = 'image' AND manifest.status = 'valid' AND ${isHeld(rawSql('manifest.id'))}`,
  of: isBaseOf,
};

/**
 * The images that are held and whose layers are a strict prefix of each of these images', nearest first: by their
 * compressed digests, or by the files in them. Each place of an image has its chain, and each chain is one probe of the
 * index of images that end with it. Throws `CursorError` and `PageSizeError`.
 */
export async function findBaseImages(
  db: Sql,
  query: PageRequest & { readonly imageIds: readonly bigint[] },
): Promise<readonly Page<BaseImageRow>[]> {
  type Raw = RawManifest & { readonly sharedLayers: number };
  const pages = await findPages<Raw>(db, { ...LIST, order: NEAREST_FIRST }, query, query.imageIds);
  return pages.map((page) =>
    mapPage(page, ({ sharedLayers, ...raw }) => ({ image: toManifestRow(raw), sharedLayers })),
  );
}

/** How many bases each image has. */
export function countBaseImages(db: Sql, imageIds: readonly bigint[]): Promise<readonly number[]> {
  return countRows(db, { ...LIST, from: rawSql('manifest') }, imageIds);
}

function isBaseOf(imageId: SqlPart): SqlPart {
  const places = sql`FROM image_layer AS place JOIN manifest AS derived ON derived.id = place.manifest_id
    JOIN manifest AS base`;
  const strictly = sql`WHERE place.manifest_id = ${imageId} AND place.position < derived.layer_count - 1
    AND base.layer_count = place.position + 1`;
  return sql`manifest.id IN (
    SELECT base.id ${places} ON base.chain_id = place.chain_id ${strictly}
    UNION SELECT base.id ${places} ON base.diff_chain_id = place.diff_chain_id ${strictly})`;
}

/**
 * How many later builds there are of each of these images: distinct manifests to which a tag has moved after it had
 * pointed at the image, or at an index of it, and which are something else. Order follows `imageIds`.
 */
export async function countNewerBuilds(db: Sql, imageIds: readonly bigint[]): Promise<readonly number[]> {
  const statement = sql`SELECT asked.id, (
      WITH own (id) AS MATERIALIZED (${reaching(rawSql('SELECT asked.id'))})
      SELECT count(DISTINCT later.manifest_id)::int
      FROM own JOIN tag_interval AS pointed ON pointed.manifest_id = own.id
      JOIN tag_interval AS later ON later.tag_id = pointed.tag_id AND (later.from_at, later.id) > (pointed.from_at, pointed.id)
      WHERE later.manifest_id NOT IN (SELECT id FROM own)
    ) AS builds FROM unnest(${imageIds}::bigint[]) AS asked (id)`;
  const { rows } = await db.query<{ readonly id: bigint; readonly builds: number }>(toQuery(statement));
  const byId = new Map(rows.map(({ id, builds }) => [id, builds]));
  return imageIds.map((id) => byId.get(id) ?? 0);
}
