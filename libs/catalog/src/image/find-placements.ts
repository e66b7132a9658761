import { rawSql, sql } from '../filter/sql.js';
import type { Sql } from '../open-catalog.js';
import { countRows } from '../page/count-rows.js';
import { findPages } from '../page/find-pages.js';
import type { List, Page, PageRequest, SortOrder } from '../page/list.js';
import type { FactOrigin } from '../stored-words.js';

/** One repository that holds a manifest, or held it. */
export interface PlacementRow {
  readonly repositoryId: bigint;
  readonly registry: string;
  readonly repository: string;
  /** When it was first seen there: the distance to the first of all is the lag of a promotion. */
  readonly firstSeenAt: Date;
  readonly via: FactOrigin;
  /** Null while it holds it. */
  readonly goneAt: Date | null;
}

const FIRST_SEEN_FIRST: SortOrder = {
  name: 'placement.first-seen',
  direction: 'ASC',
  keys: [
    { column: rawSql('placement.first_seen_at'), kind: 'instant' },
    { column: rawSql('placement.repository_id'), kind: 'integer' },
  ],
};

const LIST: List = {
  columns: sql`placement.repository_id AS "repositoryId", registry.host AS registry, repository.name AS repository,
    placement.first_seen_at AS "firstSeenAt", placement.via, placement.gone_at AS "goneAt"`,
  from: rawSql(`repository_manifest AS placement JOIN repository ON repository.id = placement.repository_id
    JOIN registry ON registry.id = repository.registry_id`),
  where: sql`TRUE`,
  of: (manifestId) => sql`placement.manifest_id = ${manifestId}`,
};

/** Where each manifest is, or was, at any registry, in the order in which it got there. Throws `CursorError` and `PageSizeError`. */
export function findPlacements(
  db: Sql,
  query: PageRequest & { readonly manifestIds: readonly bigint[] },
): Promise<readonly Page<PlacementRow>[]> {
  return findPages<PlacementRow>(db, { ...LIST, order: FIRST_SEEN_FIRST }, query, query.manifestIds);
}

/** How many places each has, or had. */
export function countPlacements(db: Sql, manifestIds: readonly bigint[]): Promise<readonly number[]> {
  return countRows(db, LIST, manifestIds);
}
