import type { ManifestFormat } from '../stored-words.js';
import { reaching } from '../filter/reach.js';
import { rawSql, sql, toQuery, type SqlPart } from '../filter/sql.js';
import { asksPlatforms, compileTagFilter, type TagFilter } from '../filter/tag-filter.js';
import type { Sql } from '../open-catalog.js';
import { countRows } from '../page/count-rows.js';
import { findPages } from '../page/find-pages.js';
import type { List, Page, PageRequest, SortOrder } from '../page/list.js';
import { findPlatformSets } from '../platform/find-platform-sets.js';

/** One live tag, with the facts of its manifest that the hot lists need. */
export interface TagRow {
  readonly id: bigint;
  readonly repositoryId: bigint;
  readonly name: string;
  /** `registry/repository:tag` */
  readonly reference: string;
  readonly manifestId: bigint;
  readonly platformSetId: number;
  readonly format: ManifestFormat;
  readonly totalBytes: bigint;
  readonly pushedAt: Date;
  readonly observedAt: Date;
}

/** The orders that an index serves; each is made unique by the id. */
export type TagOrder = 'reference-asc' | 'reference-desc' | 'pushed-desc' | 'pushed-asc' | 'size-desc';

/** Which tags: the whole catalog's, or those of each of these parents (in their order). */
export type TagScope =
  | { readonly kind: 'everywhere' }
  | { readonly kind: 'repositories'; readonly ids: readonly bigint[] }
  /** That reach the manifest, directly or through an index. */
  | { readonly kind: 'manifests'; readonly ids: readonly bigint[] }
  /** That reach an image which contains the layer. */
  | { readonly kind: 'layers'; readonly ids: readonly bigint[] };

/** Which live tags are wanted. */
export interface TagQuery {
  readonly where?: TagFilter | null | undefined;
  readonly scope: TagScope;
}

const COLUMNS = sql`tag.id, tag.repository_id AS "repositoryId", tag.name, tag.reference, tag.manifest_id AS "manifestId",
  tag.platform_set_id AS "platformSetId", tag.format, tag.total_bytes AS "totalBytes", tag.pushed_at AS "pushedAt",
  tag.observed_at AS "observedAt"`;

const LIVE = sql`tag.manifest_id IS NOT NULL`;

const id = { column: rawSql('tag.id'), kind: 'integer' } as const;
const reference = { column: rawSql('tag.reference'), kind: 'text' } as const;
const pushed = { column: rawSql('tag.pushed_at'), kind: 'instant' } as const;
const size = { column: rawSql('tag.total_bytes'), kind: 'integer' } as const;

const ORDERS: Readonly<Record<TagOrder, SortOrder>> = {
  'reference-asc': { name: 'tag.reference-asc', direction: 'ASC', keys: [reference, id] },
  'reference-desc': { name: 'tag.reference-desc', direction: 'DESC', keys: [reference, id] },
  'pushed-desc': { name: 'tag.pushed-desc', direction: 'DESC', keys: [pushed, id] },
  'pushed-asc': { name: 'tag.pushed-asc', direction: 'ASC', keys: [pushed, id] },
  'size-desc': { name: 'tag.size-desc', direction: 'DESC', keys: [size, id] },
};

/** A page per parent; one page for `everywhere`. Throws `CursorError`, `PageSizeError` and `PlatformNameError`. */
export async function findTags(
  db: Sql,
  query: TagQuery & PageRequest & { readonly orderBy: TagOrder },
): Promise<readonly Page<TagRow>[]> {
  const list = await listOf(db, query);
  return findPages<TagRow>(db, { ...list, order: ORDERS[query.orderBy] }, query, parentsOf(query.scope));
}

/** How many there are per parent, exactly. Throws `PlatformNameError`. */
export async function countTags(db: Sql, query: TagQuery): Promise<readonly number[]> {
  return countRows(db, await listOf(db, query), parentsOf(query.scope));
}

/** The live tags of these ids, in their order; null for one that is unknown or deleted. */
export async function findTagsById(db: Sql, ids: readonly bigint[]): Promise<readonly (TagRow | null)[]> {
  const statement = sql`SELECT ${COLUMNS} FROM tag WHERE tag.id = ANY (${ids}::bigint[]) AND ${LIVE}`;
  const { rows } = await db.query<TagRow>(toQuery(statement));
  const byId = new Map(rows.map((row) => [row.id, row]));
  return ids.map((each) => byId.get(each) ?? null);
}

/** The live tags that are written so, of repositories of these names at any registry. */
export async function findTagsNamed(
  db: Sql,
  wanted: { readonly repositories: readonly string[]; readonly tag: string },
): Promise<readonly TagRow[]> {
  const statement = sql`SELECT ${COLUMNS} FROM tag JOIN repository ON repository.id = tag.repository_id
    WHERE repository.name = ANY (${wanted.repositories}::text[]) AND tag.name = ${wanted.tag} AND ${LIVE}
    ORDER BY tag.reference`;
  return (await db.query<TagRow>(toQuery(statement))).rows;
}

/** The live tag of exactly this `registry/repository:tag`. */
export async function findTagReferenced(db: Sql, full: string): Promise<TagRow | null> {
  const statement = sql`SELECT ${COLUMNS} FROM tag WHERE tag.reference = ${full} AND ${LIVE}`;
  return (await db.query<TagRow>(toQuery(statement))).rows[0] ?? null;
}

/** The condition that `where` sets, on live tags. */
export async function liveTagsWhere(db: Sql, where: TagFilter | null | undefined): Promise<SqlPart> {
  if (where === null || where === undefined) return LIVE;
  const sets = asksPlatforms(where) ? await findPlatformSets(db) : new Map();
  return sql`${LIVE} AND ${compileTagFilter(where, sets)}`;
}

async function listOf(db: Sql, { where, scope }: TagQuery): Promise<List> {
  const list = { columns: COLUMNS, from: rawSql('tag'), where: await liveTagsWhere(db, where) };
  switch (scope.kind) {
    case 'everywhere':
      return list;
    case 'repositories':
      return { ...list, of: (parent) => sql`tag.repository_id = ${parent}` };
    case 'manifests':
      return { ...list, of: (parent) => sql`tag.manifest_id IN (${reaching(sql`SELECT ${parent}`)})` };
    case 'layers':
      return { ...list, of: (parent) => sql`tag.manifest_id IN (${reaching(imagesWith(parent))})` };
  }
}

function imagesWith(layerId: SqlPart): SqlPart {
  return sql`SELECT image_layer.manifest_id FROM image_layer WHERE image_layer.layer_id = ${layerId}`;
}

function parentsOf(scope: TagScope): readonly (bigint | null)[] {
  return scope.kind === 'everywhere' ? [null] : scope.ids;
}
