import type { DesiredFinding } from '../finding/write-findings.js';
import { BEHIND_REACHED } from '../filter/bases-behind.js';
import { downwards, reachedFrom } from '../filter/manifest-question.js';
import { joinSql, rawSql, sql, toQuery } from '../filter/sql.js';
import type { TagColumns } from '../filter/tag-columns.js';
import { askedFields, compileTagFilter, type TagFilter } from '../filter/tag-filter.js';
import { compileText } from '../filter/text-filter.js';
import type { Sql } from '../open-catalog.js';
import { findPlatformSets } from '../platform/find-platform-sets.js';
import type { Policy } from './policy.js';
import { readPolicyFilter } from './policy-filter.js';

/** Which tags are looked at, for which policies, at which moment. */
export interface ViolationQuery {
  readonly tagIds: readonly bigint[];
  readonly policies: readonly Policy[];
  readonly now: Date;
}

/** Tags with the names that filters ask about beside them, so that no list of repositories is made for a few tags. */
const ASKED: TagColumns = {
  from: rawSql('asked AS tag'),
  isThere: rawSql('TRUE'),
  manifestId: rawSql('tag.manifest_id'),
  platformSetId: rawSql('tag.platform_set_id'),
  format: rawSql('tag.format'),
  inRegistry: (host) => compileText(rawSql('tag.host'), host),
  inRepository: (name) => compileText(rawSql('tag.repository'), name),
  content: downwards(rawSql('tag.manifest_id')),
  totalBytes: rawSql('tag.total_bytes'),
  pushedAt: rawSql('tag.pushed_at'),
  observedAt: rawSql('tag.observed_at'),
  at: null,
};

/**
 * The live tags among these that violate one of these policies, as the findings that are to be open about them: each
 * policy that has the tag in its `where` and not in its `require`. What the tags lead to is found once for all policies,
 * so that another policy costs little. Throws `FilterError` for a filter that no longer reads.
 */
export async function findViolations(
  db: Sql,
  { tagIds, policies, now }: ViolationQuery,
): Promise<readonly DesiredFinding[]> {
  if (tagIds.length === 0 || policies.length === 0) return [];
  const sets = await findPlatformSets(db);
  const read = policies.map(({ id, where, require }) => ({
    id,
    where: readPolicyFilter(where, now),
    require: readPolicyFilter(require, now),
  }));
  const asksBases = read.some((policy) => [policy.where, policy.require].some(asksBehind));
  const branches = read.map(
    ({ id, where, require }) => sql`SELECT ${rawSql(String(id))} AS "policyId", tag.id AS "tagId",
        tag.repository_id AS "repositoryId", tag.manifest_id AS "manifestId" FROM ${ASKED.from}
      WHERE ${compileTagFilter(where, sets, ASKED)} AND NOT (${compileTagFilter(require, sets, ASKED)})`,
  );
  const statement = sql`WITH RECURSIVE asked AS MATERIALIZED (
      SELECT tag.*, repository.name AS repository, registry.host
      FROM tag JOIN repository ON repository.id = tag.repository_id JOIN registry ON registry.id = repository.registry_id
      WHERE tag.id = ANY (${tagIds}::bigint[]) AND tag.manifest_id IS NOT NULL
    ), ${reachedFrom(rawSql('SELECT DISTINCT manifest_id FROM asked'))}${asksBases ? sql`, ${BEHIND_REACHED}` : rawSql('')}
    ${joinSql(branches, ' UNION ALL ')}`;
  const { rows } = await db.query<Violation>(toQuery(statement));
  const severities = new Map(policies.map(({ id, severity }) => [id, severity]));
  return rows.map((row) => ({
    ...row,
    kind: 'policy',
    severity: severities.get(row.policyId) ?? 'low',
    subject: '',
    detail: null,
    since: null,
  }));
}

interface Violation {
  readonly policyId: number;
  readonly tagId: bigint;
  readonly repositoryId: bigint;
  readonly manifestId: bigint;
}

function asksBehind(filter: TagFilter): boolean {
  return askedFields(filter).has('basesBehind');
}
