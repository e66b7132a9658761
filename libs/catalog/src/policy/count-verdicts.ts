import { findingsNumber } from '../finding/count-findings.js';
import { joinSql, rawSql, sql, toQuery, type SqlPart } from '../filter/sql.js';
import type { Sql } from '../open-catalog.js';
import { tagsNumber } from '../tag/find-tags.js';
import type { Policy } from './policy.js';
import { readPolicyFilters } from './read-policy-filters.js';

/** How a policy stands. */
export interface Verdicts {
  /** Live tags that match its `where`: passing and failing ones. */
  readonly inScope: number;
  readonly passing: number;
  /** Waived ones too. */
  readonly failing: number;
}

const NONE: Verdicts = { inScope: 0, passing: 0, failing: 0 };

/**
 * How each of these policies stands, in their order: from the counts where they can say it, and all in one statement, so
 * that the numbers are of one moment. What has moved since it was last examined may count as it was. A policy
 * that was removed holds nothing; of one that is unreadable only what it had found is known, and counts as failing.
 */
export async function countVerdicts(db: Sql, policies: readonly Policy[], now: Date): Promise<readonly Verdicts[]> {
  const counted: SqlPart[] = [];
  for (const [place, policy] of policies.entries())
    if (policy.removedAt === null) counted.push(await countOne(db, policy, place, now));
  if (counted.length === 0) return policies.map(() => NONE);
  const statement = joinSql(counted, ' UNION ALL ');
  const { rows } = await db.query<{ place: number; inScope: number; open: number }>(toQuery(statement));
  const byPlace = new Map(rows.map((row) => [row.place, row]));
  return policies.map((_, place) => {
    const { inScope, open } = byPlace.get(place) ?? { inScope: 0, open: 0 };
    const failing = Math.min(open, inScope);
    return { inScope, passing: inScope - failing, failing };
  });
}

async function countOne(db: Sql, policy: Policy, place: number, now: Date): Promise<SqlPart> {
  const open = findingsNumber({ where: { policy: [policy.name], open: true }, now });
  const inScope = policy.unreadable === null ? await tagsNumber(db, readPolicyFilters(policy, now).where) : open;
  return sql`SELECT ${rawSql(String(place))} AS place, (${inScope})::int AS "inScope", (${open})::int AS open`;
}
