import type { ManifestFormat } from '../stored-words.js';
import { COUNTS_OF_REGISTRIES, COUNTS_OF_REPOSITORIES, type TagCounts } from '../count/counted-tags.js';
import { reaching } from '../filter/reach.js';
import { rawSql, sql, toQuery, type SqlPart } from '../filter/sql.js';
import { checkFilter } from '../filter/check-filter.js';
import { TAG_NOW, tagColumns, type TagColumns } from '../filter/tag-columns.js';
import { askedFields, compileCountedFilter, compileTagFilter, type TagFilter } from '../filter/tag-filter.js';
import type { Sql } from '../open-catalog.js';
import { countRows } from '../page/count-rows.js';
import { findPages } from '../page/find-pages.js';
import type { List, Page, PageRequest, SortOrder } from '../page/list.js';
import { findPlatformSets, type PlatformSets } from '../platform/find-platform-sets.js';
import { planNamespaceWalk, walkNamespace } from './walk-namespace.js';

/** One tag that points at something (now, or at the moment asked for), with the facts of its manifest that lists need. */
export interface TagRow {
  readonly id: bigint;
  readonly repositoryId: bigint;
  readonly name: string;
  /** `registry/repository:tag` */
  readonly reference: string;
  readonly manifestId: bigint;
  /** Of the manifest, as the database keeps it: see `digestFromBytes`. */
  readonly digestBytes: Uint8Array;
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

/** Which tags are wanted. */
export interface TagQuery {
  readonly where?: TagFilter | null | undefined;
  /** As they stood then; absent for now. */
  readonly asOf?: Date | null | undefined;
  readonly scope: TagScope;
}

/** What is selected of a tag, under the names of `TagRow`. */
export function selectTag(tag: TagColumns): SqlPart {
  return sql`tag.id, tag.repository_id AS "repositoryId", tag.name, tag.reference, ${tag.manifestId} AS "manifestId",
    (SELECT digest FROM manifest WHERE manifest.id = ${tag.manifestId}) AS "digestBytes",
    ${tag.platformSetId} AS "platformSetId", ${tag.format} AS format, ${tag.totalBytes} AS "totalBytes",
    ${tag.pushedAt} AS "pushedAt", ${tag.observedAt} AS "observedAt"`;
}

const id = { column: rawSql('tag.id'), kind: 'integer' } as const;
const reference = { column: rawSql('tag.reference'), kind: 'text' } as const;

function orderOf(order: TagOrder, { pushedAt, totalBytes }: TagColumns): SortOrder {
  const pushed = { column: pushedAt, kind: 'instant' } as const;
  const size = { column: totalBytes, kind: 'integer' } as const;
  const name = `tag.${order}`;
  switch (order) {
    case 'reference-asc':
      return { name, direction: 'ASC', keys: [reference, id] };
    case 'reference-desc':
      return { name, direction: 'DESC', keys: [reference, id] };
    case 'pushed-desc':
      return { name, direction: 'DESC', keys: [pushed, id] };
    case 'pushed-asc':
      return { name, direction: 'ASC', keys: [pushed, id] };
    case 'size-desc':
      return { name, direction: 'DESC', keys: [size, id] };
  }
}

/** A page per parent; one page for `everywhere`. Throws `CursorError`, `PageSizeError` and what `tagsWhere` does. */
export async function findTags(
  db: Sql,
  query: TagQuery & PageRequest & { readonly orderBy: TagOrder },
): Promise<readonly Page<TagRow>[]> {
  const order = orderOf(query.orderBy, tagColumns(query.asOf));
  const walk = await planNamespaceWalk(db, query);
  if (walk !== null)
    return [
      await walkNamespace(db, { ...(await listOf(db, { ...query, where: walk.rest })), order }, query, walk.starts),
    ];
  return findPages<TagRow>(db, { ...(await listOf(db, query)), order }, query, parentsOf(query.scope));
}

/** How many there are per parent, exactly: from the counts where they can say it. Throws what `tagsWhere` does. */
export async function countTags(db: Sql, query: TagQuery): Promise<readonly number[]> {
  const counts = query.scope.kind === 'everywhere' ? countsFor(query) : null;
  if (counts !== null) {
    const statement = sql`SELECT (${await sumOf(db, query.where, counts)})::int AS n`;
    return (await db.query<{ readonly n: number }>(toQuery(statement))).rows.map(({ n }) => n);
  }
  return countRows(db, await listOf(db, query), parentsOf(query.scope));
}

/** How many live tags match, as an expression for a statement that asks for more. Throws what `tagsWhere` does. */
export async function tagsNumber(db: Sql, where: TagFilter): Promise<SqlPart> {
  const counts = countsFor({ where });
  if (counts !== null) return sumOf(db, where, counts);
  return sql`(SELECT count(*) FROM ${TAG_NOW.from} WHERE ${await tagsWhere(db, where, TAG_NOW)})`;
}

async function sumOf(db: Sql, where: TagFilter | null | undefined, counts: TagCounts): Promise<SqlPart> {
  return sql`(SELECT coalesce(sum(tag.tags), 0) FROM ${counts.from} WHERE ${await countsWhere(db, where, counts)})`;
}

/** The live tags of these ids, in their order; null for one that is unknown or deleted. */
export async function findTagsById(db: Sql, ids: readonly bigint[]): Promise<readonly (TagRow | null)[]> {
  const statement = sql`SELECT ${selectTag(TAG_NOW)} FROM tag WHERE tag.id = ANY (${ids}::bigint[]) AND ${TAG_NOW.isThere}`;
  const { rows } = await db.query<TagRow>(toQuery(statement));
  const byId = new Map(rows.map((row) => [row.id, row]));
  return ids.map((each) => byId.get(each) ?? null);
}

/** The tags that are written so, of repositories of these names at any registry. */
export async function findTagsNamed(
  db: Sql,
  wanted: { readonly repositories: readonly string[]; readonly tag: string },
  asOf?: Date | null,
): Promise<readonly TagRow[]> {
  const tag = tagColumns(asOf);
  const statement = sql`SELECT ${selectTag(tag)} FROM ${tag.from}
    WHERE tag.repository_id IN (SELECT id FROM repository WHERE name = ANY (${wanted.repositories}::text[]))
      AND tag.name = ${wanted.tag} AND ${tag.isThere}
    ORDER BY tag.reference`;
  return (await db.query<TagRow>(toQuery(statement))).rows;
}

/** The tag of exactly this `registry/repository:tag`. */
export async function findTagReferenced(db: Sql, full: string, asOf?: Date | null): Promise<TagRow | null> {
  const tag = tagColumns(asOf);
  const statement = sql`SELECT ${selectTag(tag)} FROM ${tag.from} WHERE tag.reference = ${full} AND ${tag.isThere}`;
  return (await db.query<TagRow>(toQuery(statement))).rows[0] ?? null;
}

/**
 * The condition that `where` sets, on tags that point at something. Throws `FilterError`, `PlatformNameError` and
 * `InvalidReferenceError`.
 */
export async function tagsWhere(db: Sql, where: TagFilter | null | undefined, tag: TagColumns): Promise<SqlPart> {
  if (where === null || where === undefined) return tag.isThere;
  checkFilter(where);
  return sql`${tag.isThere} AND ${compileTagFilter(where, await setsFor(db, where), tag)}`;
}

/** The smallest counts that answer as the tags themselves would; null where there are none. Throws `FilterError`. */
export function countsFor({ where, asOf }: Pick<TagQuery, 'where' | 'asOf'>): TagCounts | null {
  if (where) checkFilter(where);
  if (asOf !== null && asOf !== undefined) return null;
  const asked = [...askedFields(where ?? {})];
  const all = [COUNTS_OF_REGISTRIES, COUNTS_OF_REPOSITORIES];
  return all.find(({ fields }) => asked.every((field) => fields.has(field))) ?? null;
}

/** The condition that `where` sets on counts that `countsFor` gave. Throws what `tagsWhere` does. */
export async function countsWhere(
  db: Sql,
  where: TagFilter | null | undefined,
  { columns }: TagCounts,
): Promise<SqlPart> {
  if (where === null || where === undefined) return rawSql('TRUE');
  return compileCountedFilter(where, await setsFor(db, where), columns);
}

async function setsFor(db: Sql, where: TagFilter): Promise<PlatformSets> {
  return askedFields(where).has('platforms') ? findPlatformSets(db) : new Map();
}

async function listOf(db: Sql, { where, scope, asOf }: TagQuery): Promise<List> {
  const tag = tagColumns(asOf);
  const list = { columns: selectTag(tag), from: tag.from, where: await tagsWhere(db, where, tag) };
  const isReaching = (seed: SqlPart): SqlPart => sql`${tag.manifestId} IN (${reaching(seed)})`;
  switch (scope.kind) {
    case 'everywhere':
      return list;
    case 'repositories':
      return { ...list, of: (parent) => sql`tag.repository_id = ${parent}` };
    case 'manifests':
      return { ...list, of: (parent) => isReaching(sql`SELECT ${parent}`) };
    case 'layers':
      return { ...list, of: (parent) => isReaching(imagesWith(parent)) };
  }
}

function imagesWith(layerId: SqlPart): SqlPart {
  return sql`SELECT image_layer.manifest_id FROM image_layer WHERE image_layer.layer_id = ${layerId}`;
}

function parentsOf(scope: TagScope): readonly (bigint | null)[] {
  return scope.kind === 'everywhere' ? [null] : scope.ids;
}
