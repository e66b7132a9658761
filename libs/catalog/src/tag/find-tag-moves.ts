import type { FactOrigin } from '../stored-words.js';
import { rawSql, sql } from '../filter/sql.js';
import type { Sql } from '../open-catalog.js';
import { countRows } from '../page/count-rows.js';
import { findPages } from '../page/find-pages.js';
import type { List, Page, PageRequest, SortOrder } from '../page/list.js';

/** One stretch of time in which a tag pointed at one manifest. */
export interface TagMoveRow {
  readonly id: bigint;
  readonly manifestId: bigint;
  /** Of the manifest, as the database keeps it: see `digestFromBytes`. */
  readonly digestBytes: Uint8Array;
  readonly fromAt: Date;
  /** Null while it still does. */
  readonly toAt: Date | null;
  readonly via: FactOrigin;
  readonly actor: string | null;
  readonly platformSetId: number;
  /** What the tag pointed at until this move, and its platforms; both null when it was not there just before. */
  readonly manifestIdBefore: bigint | null;
  readonly platformSetIdBefore: number | null;
}

// The interval before is one probe of tag_interval_tag_id_from_at_idx per row of the page.
const LIST: List = {
  columns: sql`move.id, move.manifest_id AS "manifestId", manifest.digest AS "digestBytes", move.from_at AS "fromAt", move.to_at AS "toAt", move.via, move.actor,
    manifest.platform_set_id AS "platformSetId", former.id AS "manifestIdBefore", former.platform_set_id AS "platformSetIdBefore"`,
  from: rawSql(`tag_interval AS move JOIN manifest ON manifest.id = move.manifest_id
    LEFT JOIN LATERAL (
      SELECT CASE WHEN earlier.to_at >= move.from_at THEN earlier.manifest_id END AS manifest_id
      FROM tag_interval AS earlier
      WHERE earlier.tag_id = move.tag_id AND (earlier.from_at, earlier.id) < (move.from_at, move.id)
      ORDER BY earlier.from_at DESC, earlier.id DESC LIMIT 1
    ) AS earlier ON TRUE
    LEFT JOIN manifest AS former ON former.id = earlier.manifest_id`),
  where: sql`TRUE`,
  of: (tagId) => sql`move.tag_id = ${tagId}`,
};

const NEWEST_FIRST: SortOrder = {
  name: 'move.newest',
  direction: 'DESC',
  keys: [
    { column: rawSql('move.from_at'), kind: 'instant' },
    { column: rawSql('move.id'), kind: 'integer' },
  ],
};

/** The history of each tag, newest first. Throws `CursorError` and `PageSizeError`. */
export function findTagMoves(
  db: Sql,
  query: PageRequest & { readonly tagIds: readonly bigint[] },
): Promise<readonly Page<TagMoveRow>[]> {
  return findPages<TagMoveRow>(db, { ...LIST, order: NEWEST_FIRST }, query, query.tagIds);
}

/** How long each history is. */
export function countTagMoves(db: Sql, tagIds: readonly bigint[]): Promise<readonly number[]> {
  return countRows(db, { ...LIST, from: rawSql('tag_interval AS move') }, tagIds);
}
