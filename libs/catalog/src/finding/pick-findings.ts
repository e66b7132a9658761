import {
  compileCountedFindings,
  compileFindingFilter,
  isNotWaived,
  type FindingFilter,
} from '../filter/finding-filter.js';
import { allOf, joinSql, rawSql, sql, type SqlPart } from '../filter/sql.js';
import type { PageCut } from '../page/list.js';
import { COUNTED_FINDINGS, findingsNumber } from './count-findings.js';

/** When findings of repositories are first sought among all: where there are more than `many`, among the first `met` of the order. */
export interface NearFindings {
  readonly many: number;
  readonly met: number;
}

const NEAR: NearFindings = { many: 10_000, met: 1_000 };

interface Asked {
  readonly where: FindingFilter;
  readonly now: Date;
}

/**
 * Which findings a page is made of. Findings are written by the million and every index costs each of them, so that no
 * order stands over all: those of one policy, or of one other kind, are in the order of severity and age, open ones apart
 * from closed ones. The counts know which of these groups there are, and a page is merged from the first rows of each. What
 * is accepted, or of some repositories, is looked up and sorted; for many repositories a page is mostly found on the way.
 */
export function pickFindings(asked: Asked, near = NEAR): (cut: PageCut) => SqlPart {
  const { repository, waived } = asked.where;
  const isOfRepositories = repository !== null && repository !== undefined;
  return (cut) => {
    const ids = (): SqlPart => {
      if (waived === true) return lookUp(asked, cut);
      return isOfRepositories ? meetOrLookUp(asked, cut, near) : mergeGroups(asked, cut);
    };
    return sql`finding.id = ANY (ARRAY(SELECT finding.id FROM (${ids()}) AS finding))`;
  };
}

/** Open and closed ones are asked for apart: no index has both. */
function lookUp({ where, now }: Asked, { after, sorted, limit }: PageCut, isWanted = rawSql('TRUE')): SqlPart {
  const found = statesOf(where).map((open) => {
    const conditions = [isWanted, compileFindingFilter({ ...where, open }, now), ...(after === null ? [] : [after])];
    return sql`SELECT ${KEYS} FROM finding WHERE ${allOf(conditions)}`;
  });
  return firstOf(found, sorted, limit);
}

function meetOrLookUp({ where, now }: Asked, cut: PageCut, { many, met }: NearFindings): SqlPart {
  const { repository, ...others } = where;
  const areMany = sql`${findingsNumber({ where: { ...where, waived: null }, now })} > ${many}`;
  const all = mergeGroups({ where: others, now }, { ...cut, limit: met }, areMany);
  return sql`WITH met AS MATERIALIZED (
      SELECT ${KEYS} FROM (${all}) AS finding WHERE ${compileFindingFilter({ repository }, now)}
      ORDER BY ${cut.sorted} LIMIT ${cut.limit}
    )
    SELECT * FROM met UNION ALL SELECT * FROM (
      ${lookUp({ where, now }, cut, sql`(SELECT count(*) FROM met) < ${cut.limit}`)}) AS found`;
}

function mergeGroups(
  { where, now }: Asked,
  { after, sorted, limit }: PageCut,
  isWanted: SqlPart = rawSql('TRUE'),
): SqlPart {
  const { waived, ...counted } = where;
  const asked = [...(waived === false ? [isNotWaived(now)] : []), ...(after === null ? [] : [after])];
  const groups = statesOf(where).flatMap((open) =>
    SPECIES.map(
      ({ groups: those, isOf }) => sql`SELECT first_rows.* FROM counted CROSS JOIN LATERAL (
        SELECT ${KEYS} FROM finding
        WHERE ${allOf([rawSql(isOf), rawSql(open ? 'finding.closed_at IS NULL' : 'finding.closed_at IS NOT NULL'), ...asked])}
        ORDER BY ${sorted} LIMIT ${limit}
      ) AS first_rows WHERE counted.is_open = ${open}::boolean AND ${rawSql(those)}`,
    ),
  );
  return sql`WITH counted AS MATERIALIZED (
      SELECT DISTINCT finding.kind, finding.policy_id, finding.severity, finding.is_open
      FROM ${COUNTED_FINDINGS} WHERE ${allOf([compileCountedFindings(counted), isWanted])}
    ) ${firstOf(groups, sorted, limit)}`;
}

const KEYS = rawSql('finding.id, finding.severity, finding.opened_at, finding.repository_id');

/** Which rows of the counts an index has the findings of, and its columns before the moment and the id. */
const SPECIES = [
  {
    groups: `counted.kind = 'policy'`,
    isOf: `finding.kind = 'policy' AND finding.policy_id = counted.policy_id AND finding.severity = counted.severity`,
  },
  {
    groups: `counted.kind <> 'policy'`,
    isOf: `finding.kind <> 'policy' AND finding.kind = counted.kind AND finding.severity = counted.severity`,
  },
] as const;

function statesOf({ open }: FindingFilter): readonly boolean[] {
  return open === null || open === undefined ? [true, false] : [open];
}

function firstOf(queries: readonly SqlPart[], sorted: SqlPart, limit: number): SqlPart {
  return sql`SELECT * FROM (${joinSql(queries, ' UNION ALL ')}) AS finding ORDER BY ${sorted} LIMIT ${limit}`;
}
