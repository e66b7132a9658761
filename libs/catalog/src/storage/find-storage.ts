import { checkFilter } from '../filter/check-filter.js';
import { compileRepositoryFilter, type RepositoryFilter } from '../filter/repository-filter.js';
import { rawSql, sql, toQuery, type SqlPart } from '../filter/sql.js';
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

/** Of all repositories that `where` means, as one scope. Throws `FilterError`. */
export async function findStorage(db: Sql, where: RepositoryFilter | null | undefined): Promise<StorageRow> {
  if (where) checkFilter(where);
  const isWholeRegistries = !where?.name && (where?.empty === null || where?.empty === undefined);
  const condition = compileRepositoryFilter(where ?? {});
  const statement = isWholeRegistries ? wholeRegistries(condition) : someRepositories(condition);
  const { rows } = await db.query<StorageRow>(toQuery(statement));
  return rows[0] ?? NOTHING;
}

/** Of each of these repositories alone, in their order. */
export async function findStorageOf(db: Sql, repositoryIds: readonly bigint[]): Promise<readonly StorageRow[]> {
  const statement = sql`SELECT repository.id, ${bytes(sql`used.logical_bytes`)} AS "logicalBytes",
      ${bytes(sql`used.unique_bytes`)} AS "uniqueBytes", ${bytes(sql`own.exclusive`)} AS "exclusiveBytes"
    FROM repository
    LEFT JOIN repository_use AS used ON used.repository_id = repository.id
    CROSS JOIN LATERAL (
      SELECT sum(held.size_bytes) AS exclusive FROM repository_layer AS held
      ${storedIn(rawSql('repository.registry_id'))}
      WHERE held.repository_id = repository.id AND held.images > 0 AND stored.repositories = 1
    ) AS own
    WHERE repository.id = ANY (${repositoryIds}::bigint[])`;
  const { rows } = await db.query<StorageRow & { readonly id: bigint }>(toQuery(statement));
  const byId = new Map(rows.map(({ id, ...row }) => [id, row]));
  return repositoryIds.map((id) => byId.get(id) ?? NOTHING);
}

const NOTHING: StorageRow = { logicalBytes: 0n, uniqueBytes: 0n, exclusiveBytes: 0n };

/** All that a registry stores is used by nobody else, and is summed up already. */
function wholeRegistries(condition: SqlPart): SqlPart {
  return sql`WITH scope AS (SELECT repository.id, repository.registry_id FROM repository WHERE ${condition}),
    stored AS (
      SELECT sum(unique_bytes) AS bytes FROM registry_use WHERE registry_id IN (SELECT registry_id FROM scope)
    )
    SELECT ${bytes(sql`(SELECT sum(logical_bytes) FROM repository_use WHERE repository_id IN (SELECT id FROM scope))`)} AS "logicalBytes",
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
    FROM held ${storedIn(rawSql('held.registry_id'))}`;
}

/** How many repositories of the registry use the layer. LIMIT keeps it a probe: a hash of all layers costs more. */
function storedIn(registryId: SqlPart): SqlPart {
  return sql`LEFT JOIN LATERAL (
    SELECT repositories FROM registry_layer
    WHERE registry_layer.registry_id = ${registryId} AND registry_layer.layer_id = held.layer_id LIMIT 1
  ) AS stored ON TRUE`;
}

/** Sizes are claims: together they may be more than 64 bits. */
function bytes(sum: SqlPart): SqlPart {
  return sql`least(coalesce(${sum}, 0), ${MAX_BYTES}::numeric)::bigint`;
}
