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

/** Manifests that point at each of these. */
export interface LinkQuery {
  readonly ids: readonly bigint[];
  readonly link:
    | { readonly kind: 'referrers'; readonly artifactType: string | null } // those that name it as their subject
    | { readonly kind: 'indexes' }; // those that list it
}

const NEWEST_FIRST: SortOrder = {
  name: 'manifest.newest',
  direction: 'DESC',
  keys: [
    { column: rawSql('manifest.first_seen_at'), kind: 'instant' },
    { column: rawSql('manifest.id'), kind: 'integer' },
  ],
};

/** A page per id, newest first. Throws `CursorError` and `PageSizeError`. */
export async function findLinkedManifests(
  db: Sql,
  query: LinkQuery & PageRequest,
): Promise<readonly Page<ManifestRow>[]> {
  const pages = await findPages<RawManifest>(db, { ...listOf(query), order: NEWEST_FIRST }, query, query.ids);
  return pages.map((page) => mapPage(page, toManifestRow));
}

/** How many there are per id, exactly. */
export function countLinkedManifests(db: Sql, query: LinkQuery): Promise<readonly number[]> {
  return countRows(db, listOf(query), query.ids);
}

function listOf({ link }: LinkQuery): List {
  const list = { columns: MANIFEST_COLUMNS, from: MANIFEST_TABLES };
  if (link.kind === 'indexes') return { ...list, where: sql`TRUE`, of: lists };
  const { artifactType } = link;
  const where =
    artifactType === null || artifactType.includes('\0')
      ? sql`${artifactType === null}::bool`
      : sql`artifact_type.name = ${artifactType}`;
  return { ...list, where, of: (id) => sql`manifest.subject_digest = ${digestOf(id)}` };
}

function lists(id: SqlPart): SqlPart {
  return sql`manifest.id IN (SELECT entry.manifest_id FROM index_entry AS entry WHERE entry.child_digest = ${digestOf(id)})`;
}

function digestOf(id: SqlPart): SqlPart {
  return sql`(SELECT target.digest FROM manifest AS target WHERE target.id = ${id})`;
}
