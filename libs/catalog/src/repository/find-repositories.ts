import { rawSql, sql, toQuery, type SqlPart } from '../filter/sql.js';
import { checkFilter } from '../filter/check-filter.js';
import { compileRepositoryFilter, type RepositoryFilter } from '../filter/repository-filter.js';
import type { Sql } from '../open-catalog.js';
import { countRows } from '../page/count-rows.js';
import { findPages } from '../page/find-pages.js';
import type { List, Page, PageRequest, SortOrder } from '../page/list.js';
import { pickNear, type NearLook } from '../page/pick-near.js';

/** One repository of one registry. */
export interface StoredRepository {
  readonly id: bigint;
  readonly registryId: number;
  readonly name: string;
  readonly updatedAt: Date;
}

/** The orders that can be answered; each is made unique by the id. */
export type RepositoryOrder = 'name-asc' | 'name-desc' | 'updated-desc' | 'tags-desc' | 'bytes-desc';

/** Whose repositories: the whole catalog's, or those of each of these parents (in their order). */
export type RepositoryScope =
  | { readonly kind: 'everywhere' }
  | { readonly kind: 'registries'; readonly ids: readonly number[] }
  | { readonly kind: 'manifests'; readonly ids: readonly bigint[] };

/** Which repositories are wanted. */
export interface RepositoryQuery {
  readonly where?: RepositoryFilter | null | undefined;
  readonly scope: RepositoryScope;
}

/** And in which order. */
type RepositoryListQuery = RepositoryQuery & { readonly orderBy: RepositoryOrder };

const COLUMNS = sql`repository.id, repository.registry_id AS "registryId", repository.name, repository.updated_at AS "updatedAt"`;

const id = { column: rawSql('repository.id'), kind: 'integer' } as const;
const name = { column: rawSql('repository.name'), kind: 'text' } as const;
const updated = { column: rawSql('repository.updated_at'), kind: 'instant' } as const;

// As counted: one row per repository, so that sorting them is no scan of what they hold.
const liveTags = { column: used('live_tags'), kind: 'integer' } as const;
const storedBytes = { column: used('least(unique_bytes, 999999999999999999)::bigint'), kind: 'integer' } as const;

function used(column: string): SqlPart {
  return rawSql(
    `coalesce((SELECT ${column} FROM repository_use WHERE repository_use.repository_id = repository.id), 0)`,
  );
}

const ORDERS: Readonly<Record<RepositoryOrder, SortOrder>> = {
  'name-asc': { name: 'repository.name-asc', direction: 'ASC', keys: [name, id] },
  'name-desc': { name: 'repository.name-desc', direction: 'DESC', keys: [name, id] },
  'tags-desc': { name: 'repository.tags-desc', direction: 'DESC', keys: [liveTags, id] },
  'bytes-desc': { name: 'repository.bytes-desc', direction: 'DESC', keys: [storedBytes, id] },
  'updated-desc': { name: 'repository.updated-desc', direction: 'DESC', keys: [updated, id] },
};

/** A page per parent; one page for `everywhere`. Throws `CursorError` and `PageSizeError`. */
export function findRepositories(
  db: Sql,
  query: RepositoryListQuery & PageRequest,
): Promise<readonly Page<StoredRepository>[]> {
  const list = listOf(query);
  const pick = isSoughtNear(query) ? pickNear(NEAR_NAMES, list.where) : undefined;
  return findPages<StoredRepository>(
    db,
    { ...list, order: ORDERS[query.orderBy], pick },
    query,
    parentsOf(query.scope),
  );
}

/**
 * Names that are looked at in their order for a fragment: a page of fifty is among the first where a tenth has it, among
 * the further ones where a fortieth does. What fewer have, the index of fragments finds with fewer rows.
 */
const NEAR_NAMES: NearLook = { table: 'repository', rows: 500, furtherRows: 2_000 };

/** Names with a fragment have an index of their own, which knows no order; a literal beginning is found in the order itself. */
function isSoughtNear({ where, scope, orderBy }: RepositoryListQuery): boolean {
  const { contains, glob } = where?.name ?? {};
  const hasFragment = (contains ?? '') !== '' || /^[*?]/.test(glob ?? '');
  const isByName = orderBy === 'name-asc' || orderBy === 'name-desc';
  return hasFragment && isByName && scope.kind === 'everywhere';
}

/** How many there are per parent, exactly. */
export function countRepositories(db: Sql, query: RepositoryQuery): Promise<readonly number[]> {
  return countRows(db, listOf(query), parentsOf(query.scope));
}

/** The repositories of these ids, in their order; null for an id that is unknown. */
export async function findRepositoriesById(
  db: Sql,
  ids: readonly bigint[],
): Promise<readonly (StoredRepository | null)[]> {
  const statement = sql`SELECT ${COLUMNS} FROM repository WHERE id = ANY (${ids}::bigint[])`;
  const { rows } = await db.query<StoredRepository>(toQuery(statement));
  const byId = new Map(rows.map((row) => [row.id, row]));
  return ids.map((each) => byId.get(each) ?? null);
}

/** Every repository of exactly this name: one per registry that has it, or the one of `registry`. */
export async function findRepositoriesNamed(
  db: Sql,
  wanted: { readonly name: string; readonly registry: string | null },
): Promise<readonly StoredRepository[]> {
  const { name: exact, registry } = wanted;
  const statement = sql`SELECT ${COLUMNS} FROM repository JOIN registry ON registry.id = repository.registry_id
    WHERE repository.name = ${exact} AND (${registry}::text IS NULL OR registry.host = ${registry}) ORDER BY registry.host`;
  const { rows } = await db.query<StoredRepository>(toQuery(statement));
  return rows;
}

function listOf({ where, scope }: RepositoryQuery): List {
  if (where) checkFilter(where);
  const filter = compileRepositoryFilter(where ?? {});
  const list = { columns: COLUMNS, from: rawSql('repository'), where: filter };
  switch (scope.kind) {
    case 'everywhere':
      return list;
    case 'registries':
      return { ...list, of: (parent) => sql`repository.registry_id = ${parent}` };
    case 'manifests':
      return { ...list, of: holds };
  }
}

function holds(manifestId: SqlPart): SqlPart {
  return sql`repository.id IN (
    SELECT repository_id FROM repository_manifest WHERE manifest_id = ${manifestId} AND gone_at IS NULL)`;
}

function parentsOf(scope: RepositoryScope): readonly (bigint | null)[] {
  return scope.kind === 'everywhere' ? [null] : scope.ids.map(BigInt);
}
