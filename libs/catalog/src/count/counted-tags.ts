import { rawSql, sql, type SqlPart } from '../filter/sql.js';
import { namespaceOf } from '../repository/namespace.js';
import { OF_REPOSITORY, type CountedColumns } from '../filter/tag-columns.js';
import { idsWhere } from '../filter/text-filter.js';

/** Counts of live tags to ask instead of the tags: a table that is called `tag`, whose rows have a column `tags`. */
export interface TagCounts {
  readonly from: SqlPart;
  readonly columns: CountedColumns;
  /** Fields of a `TagFilter` that these counts can be asked about. */
  readonly fields: ReadonlySet<string>;
}

const columns = { ...OF_REPOSITORY, platformSetId: rawSql('tag.platform_set_id'), format: rawSql('tag.format') };

/** By registry, set and format: a few rows per set, however many tags there are. */
export const COUNTS_OF_REGISTRIES: TagCounts = {
  from: rawSql(`(
    SELECT registry_id, platform_set_id, format, tags FROM tag_count
    UNION ALL
    SELECT registry_id, platform_set_id, format, tags FROM tag_count_todo JOIN repository ON repository.id = repository_id
  ) AS tag`),
  columns: { ...columns, inRegistry: (host) => sql`tag.registry_id IN (${idsWhere('registry', 'host', host)})` },
  fields: new Set(['registry', 'platforms', 'format']),
};

/** By repository, set and format: some rows per repository. */
export const COUNTS_OF_REPOSITORIES: TagCounts = {
  from: rawSql(`(
    SELECT repository_id, platform_set_id, format, tags FROM repository_tag_count
    UNION ALL
    SELECT repository_id, platform_set_id, format, tags FROM tag_count_todo
  ) AS tag`),
  columns,
  fields: new Set(['registry', 'repository', 'platforms', 'format']),
};

/**
 * `moved` and `coverage_steps`, to stand behind WITH: by how much the rows of `noted` (those of `tag_count_todo`, or some
 * of them) change what is counted by repository, and by the words of each key. A repository counts in a word as long as
 * any of its tags does, so all that is counted of the repositories concerned is looked at, and nothing of others.
 */
export function countSteps(noted: SqlPart): SqlPart {
  return sql`moved AS (
      SELECT registry_id, repository_id, platform_set_id, format, sum(tags)::int AS tags
      FROM ${noted} AS noted JOIN repository ON repository.id = noted.repository_id
      GROUP BY 1, 2, 3, 4 HAVING sum(tags) <> 0
    ), touched AS (
      SELECT id AS repository_id, registry_id, ${rawSql(namespaceOf('name'))} AS namespace
      FROM repository WHERE id IN (SELECT repository_id FROM moved)
    ), facts AS (
      SELECT touched.*, platform_set_id, format, 0 AS before, tags AS step
      FROM (SELECT repository_id, platform_set_id, format, tags FROM moved) AS moved JOIN touched USING (repository_id)
      UNION ALL
      SELECT touched.*, platform_set_id, format, tags, 0 FROM touched JOIN repository_tag_count USING (repository_id)
    ), set_word AS (
      SELECT platform_set.id AS platform_set_id, named.key, named.word
      FROM platform_set JOIN platform ON platform.id = ANY (platform_set.members)
      CROSS JOIN LATERAL (VALUES ('platform'::coverage_key, platform.name), ('architecture', platform.architecture))
        AS named (key, word)
      WHERE platform_set.id IN (SELECT platform_set_id FROM facts)
      GROUP BY 1, 2, 3
      UNION ALL
      SELECT DISTINCT platform_set_id, 'platform_set'::coverage_key, platform_set_id::text FROM facts
    ), worded AS (
      SELECT registry_id, repository_id, key, word, before, step FROM facts JOIN set_word USING (platform_set_id)
      UNION ALL
      SELECT registry_id, repository_id, named.key, named.word, before, step
      FROM facts CROSS JOIN LATERAL (
        VALUES ('registry'::coverage_key, ''), ('format', format::text), ('namespace', namespace)) AS named (key, word)
    ), coverage_steps AS (
      SELECT key, registry_id, word, sum(step)::int AS tags,
        sum((before + step > 0)::int - (before > 0)::int)::int AS repositories
      FROM (
        SELECT registry_id, repository_id, key, word, sum(before) AS before, sum(step) AS step
        FROM worded GROUP BY 1, 2, 3, 4
      ) AS per_repository GROUP BY 1, 2, 3
    )`;
}
