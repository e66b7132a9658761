import { rawSql, sql, type SqlPart } from '../filter/sql.js';
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

const NEWEST_FIRST: SortOrder = {
  name: 'untagged.newest',
  direction: 'DESC',
  keys: [{ column: rawSql('manifest.id'), kind: 'integer' }],
};

const LIST: List = { columns: MANIFEST_COLUMNS, from: MANIFEST_TABLES, where: sql`TRUE`, of: isUntaggedIn };

/**
 * The manifests that each repository holds and that none of its live tags reaches, also not through an index, newest
 * first. Signatures and the like are among them: a subject is no tag. Throws `CursorError` and `PageSizeError`.
 */
export async function findUntagged(
  db: Sql,
  query: PageRequest & { readonly repositoryIds: readonly bigint[] },
): Promise<readonly Page<ManifestRow>[]> {
  const pages = await findPages<RawManifest>(db, { ...LIST, order: NEWEST_FIRST }, query, query.repositoryIds);
  return pages.map((page) => mapPage(page, toManifestRow));
}

/** How many each repository has. */
export function countUntagged(db: Sql, repositoryIds: readonly bigint[]): Promise<readonly number[]> {
  return countRows(db, { ...LIST, from: rawSql('manifest') }, repositoryIds);
}

function isUntaggedIn(repositoryId: SqlPart): SqlPart {
  return sql`manifest.id IN (
      SELECT manifest_id FROM repository_manifest WHERE repository_id = ${repositoryId} AND gone_at IS NULL)
    AND manifest.id NOT IN (
      WITH RECURSIVE reached (id) AS (
        SELECT tag.manifest_id FROM tag WHERE tag.repository_id = ${repositoryId} AND tag.manifest_id IS NOT NULL
        UNION
        SELECT child.id FROM reached
        JOIN index_entry AS entry ON entry.manifest_id = reached.id
        JOIN manifest AS child ON child.digest = entry.child_digest
      ) SELECT id FROM reached)`;
}
