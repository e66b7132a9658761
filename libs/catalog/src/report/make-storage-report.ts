import type { ReportOf } from '@strata/report';
import { checkFilter } from '../filter/check-filter.js';
import { compileRepositoryFilter, type RepositoryFilter } from '../filter/repository-filter.js';
import { rawSql, sql, toQuery, type SqlPart } from '../filter/sql.js';
import { namespaceOf } from '../repository/namespace.js';
import { bytes, findStorage, findStorageOf, type StorageRow } from '../storage/find-storage.js';
import type { ReportBody } from './report-body.js';
import { ReportError, type ReportScope } from './report-request.js';

const NAMESPACE = rawSql(namespaceOf('repository.name'));

type Storage = ReportOf<'storage'>;

/** What is stored now, of some registries and repositories or of all. */
export async function makeStorageReport(scope: ReportScope): Promise<ReportBody<'storage'>> {
  if (scope.past !== null)
    throw new ReportError('no-past', 'asOf', 'what is stored is known of now only; ask without asOf');
  const where = repositoriesOf(scope);
  checkFilter(where);
  const condition = compileRepositoryFilter(where);
  return {
    ...toBytes(await findStorage(scope.db, where)),
    registries: await readRegistries(scope, where),
    namespaces: await readNamespaces(scope, where),
    repositories: await readRepositories(scope, condition),
  };
}

/** Repositories are what stores: a filter that asks for more than where they are is not answered for a part of one. */
function repositoriesOf({ where }: ReportScope): RepositoryFilter {
  const { registry, repository, ...rest } = where ?? {};
  if (Object.values(rest).some((asked) => asked !== null && asked !== undefined))
    throw new ReportError(
      'repositories-only',
      'where',
      'a report of storage takes a filter of registry and repository',
    );
  return { registry, name: repository };
}

async function readRegistries({ db }: ReportScope, where: RepositoryFilter): Promise<Storage['registries']> {
  const statement = sql`SELECT registry.host, count(*)::int AS repositories
    FROM repository JOIN registry ON registry.id = repository.registry_id
    WHERE ${compileRepositoryFilter(where)} GROUP BY 1 ORDER BY registry.host COLLATE "C"`;
  const { rows } = await db.query<{ readonly host: string; readonly repositories: number }>(toQuery(statement));
  const registries: Storage['registries'] = [];
  for (const { host, repositories } of rows) {
    const own = await findStorage(db, { registry: { eq: host }, name: where.name });
    registries.push({ registry: host, repositories, ...toBytes(own) });
  }
  return registries;
}

type NamespaceRow = StorageRow & {
  readonly registry: string;
  readonly namespace: string;
  readonly repositories: number;
};

/** As counted; of repositories that a name chooses, from the layers of each. */
async function readNamespaces({ db, asked }: ReportScope, where: RepositoryFilter): Promise<Storage['namespaces']> {
  const condition = compileRepositoryFilter(where);
  const stored = where.name ? namespacesOfSome(condition) : rawSql('SELECT * FROM namespace_use');
  const statement = sql`WITH stored AS (${stored}), named AS (
      SELECT repository.registry_id, ${NAMESPACE} AS name, count(*)::int AS repositories FROM repository
      WHERE ${condition} GROUP BY 1, 2
    )
    SELECT registry.host AS registry, named.name AS namespace, named.repositories,
      ${bytes(sql`stored.logical_bytes`)} AS "logicalBytes", ${bytes(sql`stored.unique_bytes`)} AS "uniqueBytes",
      ${bytes(sql`stored.exclusive_bytes`)} AS "exclusiveBytes"
    FROM named JOIN registry ON registry.id = named.registry_id LEFT JOIN stored USING (registry_id, name)
    ORDER BY "uniqueBytes" DESC, registry.host COLLATE "C", named.name COLLATE "C"`;
  const { rows } = await db.query<NamespaceRow>(toQuery(statement));
  const listed = rows.slice(0, asked.limit).map(({ registry, namespace, repositories, ...sizes }) => {
    return { registry, namespace, repositories, ...toBytes(sizes) };
  });
  return { total: rows.length, listed };
}

function namespacesOfSome(condition: SqlPart): SqlPart {
  return sql`SELECT registry_id, name, sum(logical_bytes) AS logical_bytes, sum(unique_bytes) AS unique_bytes,
      sum(exclusive_bytes) AS exclusive_bytes
    FROM (
      SELECT held.registry_id, held.name, 0 AS logical_bytes, sum(held.size_bytes) AS unique_bytes,
        sum(held.size_bytes) FILTER (WHERE registry_layer.repositories = held.repositories) AS exclusive_bytes
      FROM (
        SELECT repository.registry_id, ${NAMESPACE} AS name, layer.layer_id, layer.size_bytes, count(*) AS repositories
        FROM repository JOIN repository_layer AS layer ON layer.repository_id = repository.id
        WHERE layer.images > 0 AND ${condition} GROUP BY 1, 2, 3, 4
      ) AS held LEFT JOIN registry_layer USING (registry_id, layer_id) GROUP BY 1, 2
      UNION ALL
      SELECT repository.registry_id, ${NAMESPACE}, sum(used.logical_bytes), 0, 0
      FROM repository JOIN repository_use AS used ON used.repository_id = repository.id WHERE ${condition} GROUP BY 1, 2
    ) AS parts GROUP BY 1, 2`;
}

interface RepositoryRow {
  readonly id: bigint;
  readonly registry: string;
  readonly repository: string;
  readonly tags: number;
  readonly total: number;
}

async function readRepositories({ db, asked }: ReportScope, condition: SqlPart): Promise<Storage['repositories']> {
  const statement = sql`SELECT repository.id, registry.host AS registry, repository.name AS repository,
      coalesce(used.live_tags, 0) AS tags, (count(*) OVER ())::int AS total
    FROM repository JOIN registry ON registry.id = repository.registry_id
    LEFT JOIN repository_use AS used ON used.repository_id = repository.id
    WHERE ${condition}
    ORDER BY coalesce(used.unique_bytes, 0) DESC, registry.host COLLATE "C", repository.name COLLATE "C"
    LIMIT ${asked.limit}`;
  const { rows } = await db.query<RepositoryRow>(toQuery(statement));
  const sizes = await findStorageOf(
    db,
    rows.map(({ id }) => id),
  );
  const listed = rows.map(({ registry, repository, tags }, index) => {
    return { registry, repository, tags, ...toBytes(sizes[index] ?? NOTHING) };
  });
  return { total: rows[0]?.total ?? 0, listed };
}

const NOTHING: StorageRow = { logicalBytes: 0n, uniqueBytes: 0n, exclusiveBytes: 0n };

/** Numbers while they are exact in a double, digits above. */
function toBytes({ logicalBytes, uniqueBytes, exclusiveBytes }: StorageRow) {
  const json = (size: bigint): number | string => (size <= Number.MAX_SAFE_INTEGER ? Number(size) : `${size}`);
  return {
    logicalBytes: json(logicalBytes),
    uniqueBytes: json(uniqueBytes),
    exclusiveBytes: json(exclusiveBytes),
  };
}
