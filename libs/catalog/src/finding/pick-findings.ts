import { compileCountedFindings, compileFindingFilter, isNotWaived } from '../filter/finding-filter.js';
import { allOf, joinSql, rawSql, sql, type SqlPart } from '../filter/sql.js';
import type { PageCut } from '../page/list.js';
import { COUNTED_FINDINGS } from './count-findings.js';
import type { FindingQuery } from './find-findings.js';

/**
 * Which findings a page is made of. Findings are written by the million and every index costs each of them, so that no
 * order stands over all: those of one policy, or of one other kind, are in the order of severity and age, open ones apart
 * from closed ones. The counts know which of these groups there are, and a page is merged from the first rows of each. Those
 * of some repositories, and those that are accepted, are few, and are looked up and sorted.
 */
export function pickFindings({ where, now }: FindingQuery): (cut: PageCut) => SqlPart {
  const filter = where ?? {};
  const isLookedUp = (filter.repository ?? null) !== null || filter.waived === true;
  const pick = isLookedUp ? lookUp : mergeGroups;
  return (cut) => sql`finding.id = ANY (ARRAY(${pick({ where: filter, now }, cut)}))`;
}

type Asked = Required<Pick<FindingQuery, 'now'>> & { readonly where: NonNullable<FindingQuery['where']> };

/** Open and closed ones are asked for apart: no index has both. */
function lookUp({ where, now }: Asked, { after, sorted, limit }: PageCut): SqlPart {
  const found = statesOf(where).map((open) => {
    const condition = allOf([compileFindingFilter({ ...where, open }, now), ...(after === null ? [] : [after])]);
    return sql`SELECT finding.id, finding.severity, finding.opened_at FROM finding WHERE ${condition}`;
  });
  return firstOf(found, sorted, limit);
}

function mergeGroups({ where, now }: Asked, { after, sorted, limit }: PageCut): SqlPart {
  const { waived, ...counted } = where;
  const asked = [...(waived === false ? [isNotWaived(now)] : []), ...(after === null ? [] : [after])];
  const groups = statesOf(where).flatMap((open) =>
    SPECIES.map(
      ({ groups: those, isOf }) => sql`SELECT first_rows.* FROM counted CROSS JOIN LATERAL (
        SELECT finding.id, finding.severity, finding.opened_at FROM finding
        WHERE ${allOf([rawSql(isOf), rawSql(open ? 'finding.closed_at IS NULL' : 'finding.closed_at IS NOT NULL'), ...asked])}
        ORDER BY ${sorted} LIMIT ${limit}
      ) AS first_rows WHERE counted.is_open = ${open}::boolean AND ${rawSql(those)}`,
    ),
  );
  return sql`WITH counted AS MATERIALIZED (
      SELECT DISTINCT finding.kind, finding.policy_id, finding.severity, finding.is_open
      FROM ${COUNTED_FINDINGS} WHERE ${compileCountedFindings(counted)}
    ) ${firstOf(groups, sorted, limit)}`;
}

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

function statesOf({ open }: Asked['where']): readonly boolean[] {
  return open === null || open === undefined ? [true, false] : [open];
}

function firstOf(queries: readonly SqlPart[], sorted: SqlPart, limit: number): SqlPart {
  return sql`SELECT finding.id FROM (${joinSql(queries, ' UNION ALL ')}) AS finding ORDER BY ${sorted} LIMIT ${limit}`;
}
