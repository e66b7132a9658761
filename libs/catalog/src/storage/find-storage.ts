import { checkFilter } from '../filter/check-filter.js';
import { compileRepositoryFilter, type RepositoryFilter } from '../filter/repository-filter.js';
import { allOf, rawSql, sql, toQuery, whenGiven, type SqlPart } from '../filter/sql.js';
import { idsWhere, storable, type TextFilter } from '../filter/text-filter.js';
import { MAX_BYTES } from '../image/settle-indexes.js';
import type { Sql } from '../open-catalog.js';

/**
 * What some repositories take. A registry stores each layer once, for all of its repositories; two registries share
 * nothing. Counts the layers of the images that they hold, as `countUses` has counted them.
 */
export interface StorageRow {
  /** As pushed: each image's distinct layers, for each repository that holds it. */
  readonly logicalBytes: bigint;
  /** Each layer once per registry. */
  readonly uniqueBytes: bigint;
  /** Of those, the layers that no other repository of the same registry uses: what deleting just these would free. */
  readonly exclusiveBytes: bigint;
}

/**
 * Of all repositories that `where` means, as one scope: of whole registries, whole namespaces and repositories by name
 * it is counted, of any other scope the layers of each repository are added up. Throws `FilterError`.
 */
export async function findStorage(db: Sql, where: RepositoryFilter | null | undefined): Promise<StorageRow> {
  if (where) checkFilter(where);
  const { rows } = await db.query<StorageRow>(toQuery(storageStatement(where ?? {})));
  return rows[0] ?? NOTHING;
}

/** Of each of these repositories alone, in their order: one row each, as counted. */
export async function findStorageOf(db: Sql, repositoryIds: readonly bigint[]): Promise<readonly StorageRow[]> {
  const statement = sql`SELECT used.repository_id AS id, ${bytes(sql`used.logical_bytes`)} AS "logicalBytes",
      ${bytes(sql`used.unique_bytes`)} AS "uniqueBytes", ${bytes(sql`used.exclusive_bytes`)} AS "exclusiveBytes"
    FROM repository_use AS used WHERE used.repository_id = ANY (${repositoryIds}::bigint[])`;
  const { rows } = await db.query<StorageRow & { readonly id: bigint }>(toQuery(statement));
  const byId = new Map(rows.map(({ id, ...row }) => [id, row]));
  return repositoryIds.map((id) => byId.get(id) ?? NOTHING);
}

const NOTHING: StorageRow = { logicalBytes: 0n, uniqueBytes: 0n, exclusiveBytes: 0n };

function storageStatement(where: RepositoryFilter): SqlPart {
  const { name, empty, registry } = where;
  if (empty !== null && empty !== undefined) return someRepositories(compileRepositoryFilter(where));
  if (!name) return wholeRegistries(compileRepositoryFilter(where));
  const namespace = namespaceMeant(name);
  if (namespace !== null) {
    const registries = whenGiven(registry, (host) => sql`registry_id IN (${idsWhere('registry', 'host', host)})`);
    return sumOf(sql`namespace_use WHERE name = ${namespace} AND ${allOf(registries)}`);
  }
  // Registries share nothing, and each has one repository of a name: what one alone uses can be added up.
  if (typeof name.eq === 'string')
    return sumOf(
      sql`repository_use WHERE repository_id IN (SELECT id FROM repository WHERE ${compileRepositoryFilter(where)})`,
    );
  return someRepositories(compileRepositoryFilter(where));
}

/** The namespace all of which a filter on names means, where it means one: `startsWith: "team/"` or `glob: "team/**"`. */
function namespaceMeant(name: TextFilter): string | null {
  const asked = Object.entries(name).filter(([, value]) => value !== null && value !== undefined);
  if (asked.length !== 1) return null;
  const { startsWith, glob } = name;
  const meant = typeof startsWith === 'string' ? /^([^/]+)\/$/.exec(startsWith) : /^([^/*?]+)\/\*\*$/.exec(glob ?? '');
  const namespace = meant?.[1] ?? null;
  return namespace !== null && storable(namespace) ? namespace : null;
}

/** Of counted scopes that share nothing; `scopes` is what stands behind FROM. */
function sumOf(scopes: SqlPart): SqlPart {
  return sql`SELECT ${bytes(sql`sum(logical_bytes)`)} AS "logicalBytes", ${bytes(sql`sum(unique_bytes)`)} AS "uniqueBytes",
      ${bytes(sql`sum(exclusive_bytes)`)} AS "exclusiveBytes" FROM ${scopes}`;
}

/** All that a registry stores is used by nobody else, and is summed up already. */
function wholeRegistries(condition: SqlPart): SqlPart {
  return sql`WITH scope AS (SELECT DISTINCT repository.registry_id AS id FROM repository WHERE ${condition}),
    stored AS (SELECT sum(unique_bytes) AS bytes FROM registry_use WHERE registry_id IN (SELECT id FROM scope))
    SELECT ${bytes(sql`(SELECT sum(logical_bytes) FROM namespace_use WHERE registry_id IN (SELECT id FROM scope))`)} AS "logicalBytes",
      ${bytes(sql`stored.bytes`)} AS "uniqueBytes", ${bytes(sql`stored.bytes`)} AS "exclusiveBytes"
    FROM stored`;
}

function someRepositories(condition: SqlPart): SqlPart {
  return sql`WITH scope AS (SELECT repository.id, repository.registry_id FROM repository WHERE ${condition}),
    held AS (
      SELECT scope.registry_id, layer.layer_id, layer.size_bytes, count(*) AS repositories
      FROM scope JOIN repository_layer AS layer ON layer.repository_id = scope.id WHERE layer.images > 0
      GROUP BY scope.registry_id, layer.layer_id, layer.size_bytes
    )
    SELECT ${bytes(sql`(SELECT sum(logical_bytes) FROM repository_use WHERE repository_id IN (SELECT id FROM scope))`)} AS "logicalBytes",
      ${bytes(rawSql('sum(held.size_bytes)'))} AS "uniqueBytes",
      ${bytes(rawSql('sum(held.size_bytes) FILTER (WHERE stored.repositories = held.repositories)'))} AS "exclusiveBytes"
    FROM held ${STORED}`;
}

/** How many repositories of the registry use the layer. LIMIT keeps it a probe: a hash of all layers costs more. */
const STORED = rawSql(`LEFT JOIN LATERAL (
    SELECT repositories FROM registry_layer
    WHERE registry_layer.registry_id = held.registry_id AND registry_layer.layer_id = held.layer_id LIMIT 1
  ) AS stored ON TRUE`);

/** Sizes are claims: together they may be more than 64 bits. */
export function bytes(sum: SqlPart): SqlPart {
  return sql`least(coalesce(${sum}, 0), ${MAX_BYTES}::numeric)::bigint`;
}
