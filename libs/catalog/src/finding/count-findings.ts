import { compileCountedFindings, compileFindingFilter } from '../filter/finding-filter.js';
import { checkFilter } from '../filter/check-filter.js';
import { rawSql, sql, toQuery, type SqlPart } from '../filter/sql.js';
import type { Sql } from '../open-catalog.js';
import type { FindingQuery } from './find-findings.js';

/** What is counted and what was noted since: a table that is called `finding`, whose rows have a column `findings`. */
export const COUNTED_FINDINGS: SqlPart = rawSql(`(
  SELECT kind, severity, policy_id, is_open, findings FROM finding_count
  UNION ALL
  SELECT kind, severity, policy_id, is_open, findings FROM finding_count_todo
) AS finding`);

/** The same in each repository. */
const OF_REPOSITORIES = rawSql(`(
  SELECT repository_id, kind, severity, policy_id, is_open, findings FROM repository_finding_count
  UNION ALL
  SELECT repository_id, kind, severity, policy_id, is_open, findings FROM finding_count_todo
) AS finding`);

/**
 * How many findings there are, exactly, from the counts. Those that are waived are few, and are looked at: as many as
 * have a waiver that is not over. Throws `FilterError`.
 */
export async function countFindings(db: Sql, query: FindingQuery): Promise<number> {
  const statement = sql`SELECT (${findingsNumber(query)})::int AS n`;
  return (await db.query<{ readonly n: number }>(toQuery(statement))).rows[0]?.n ?? 0;
}

/** The same as an expression, for a statement that asks for more. Throws `FilterError`. */
export function findingsNumber({ where, now }: FindingQuery): SqlPart {
  const { waived, ...counted } = where ?? {};
  checkFilter(counted);
  const all = sql`(
    SELECT coalesce(sum(finding.findings), 0) FROM ${counted.repository ? OF_REPOSITORIES : COUNTED_FINDINGS}
    WHERE ${compileCountedFindings(counted)})`;
  if (waived === null || waived === undefined) return all;
  const accepted = sql`(SELECT count(*) FROM finding WHERE ${compileFindingFilter({ ...counted, waived: true }, now)})`;
  return waived ? accepted : sql`${all} - ${accepted}`;
}
