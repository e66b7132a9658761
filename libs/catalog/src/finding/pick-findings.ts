import {
  compileCountedFindings,
  compileFindingFilter,
  isNotWaived,
  type FindingFilter,
} from '../filter/finding-filter.js';
import { allOf, joinSql, rawSql, sql, type SqlPart } from '../filter/sql.js';
import { idsWhere, type TextFilter } from '../filter/text-filter.js';
import type { PageCut, PagePick } from '../page/list.js';
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
export function pickFindings(asked: Asked, near = NEAR): PagePick {
  const { repository, waived } = asked.where;
  return (cut) => {
    const keys = (): SqlPart => {
      if (waived === true) return firstOf([lookUp(asked, cut, rawSql('TRUE'))], cut);
      return repository ? meetOrLookUp({ ...asked, repository }, cut, near) : mergeGroups(asked, cut);
    };
    return sql`finding.id = ANY (ARRAY(SELECT finding.id FROM (${keys()}) AS finding))`;
  };
}

function lookUp({ where, now }: Asked, { after }: PageCut, isWanted: SqlPart): SqlPart {
  const conditions = [isWanted, compileFindingFilter(where, now), ...(after === null ? [] : [after])];
  return sql`SELECT ${KEYS} FROM finding WHERE ${allOf(conditions)}`;
}

function meetOrLookUp(asked: Asked & { readonly repository: TextFilter }, cut: PageCut, near: NearFindings): SqlPart {
  const { where, now, repository } = asked;
  const others = { where: { ...where, repository: null }, now };
  const areMany = sql`${findingsNumber({ where: { ...where, waived: null }, now })} > ${near.many}`;
  const isShort = sql`(SELECT count(*) FROM met) < ${cut.limit}`;
  const found = statesOf(where).flatMap((open) =>
    inRepositories(repository, open).map((isMeant) =>
      lookUp({ where: { ...others.where, open }, now }, cut, allOf([isMeant, isShort])),
    ),
  );
  return sql`WITH met AS MATERIALIZED (
      SELECT ${KEYS} FROM (${mergeGroups(others, { ...cut, limit: near.met }, areMany)}) AS finding
      WHERE finding.repository_id IN (${idsWhere('repository', 'name', repository)})
      ORDER BY ${cut.sorted} LIMIT ${cut.limit}
    )
    SELECT * FROM met UNION ALL SELECT * FROM (${firstOf(found, cut)}) AS found`;
}

/** Closed ones have an index by repository; open ones are found by tag and by manifest, which their unique indexes know. */
function inRepositories(repository: TextFilter, open: boolean): readonly SqlPart[] {
  const isIn = sql`IN (${idsWhere('repository', 'name', repository)})`;
  if (!open) return [sql`finding.repository_id ${isIn}`];
  return [
    sql`finding.tag_id IN (SELECT tag.id FROM tag WHERE tag.repository_id ${isIn})`,
    sql`finding.tag_id IS NULL AND finding.repository_id ${isIn}`,
  ];
}

function mergeGroups({ where, now }: Asked, cut: PageCut, isWanted: SqlPart = rawSql('TRUE')): SqlPart {
  const { after, sorted, limit } = cut;
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
    ) ${firstOf(groups, cut)}`;
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

function firstOf(queries: readonly SqlPart[], { sorted, limit }: PageCut): SqlPart {
  return sql`SELECT * FROM (${joinSql(queries, ' UNION ALL ')}) AS finding ORDER BY ${sorted} LIMIT ${limit}`;
}
