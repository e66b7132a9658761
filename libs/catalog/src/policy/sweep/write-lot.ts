import { openViolations, type Violations } from '../../finding/open-violations.js';
import { closeFindings } from '../../finding/write-findings.js';
import type { ExaminedSince } from '../../finding/examined-tags.js';
import type { Sql } from '../../open-catalog.js';
import type { Severity } from '../../stored-words.js';
import { isNew, type Policy } from '../policy.js';
import type { SweptLot } from './find-lots.js';
import type { RowId } from './id-set.js';
import type { SweptTag } from './formula.js';

/** What differs between what a lot found and what is open, policy by policy. */
export interface LotDifference {
  readonly policy: Policy;
  readonly open: readonly SweptTag[];
  readonly close: readonly bigint[];
}

const OPEN = `
  SELECT id, policy_id AS "policyId", tag_id AS "tagId", severity FROM finding
   WHERE kind = 'policy' AND closed_at IS NULL AND policy_id = ANY ($1::int[])
     AND tag_id > coalesce($2::bigint, 0) AND tag_id <= coalesce($3::bigint, 9223372036854775807)`;

interface OpenRow extends Record<string, unknown> {
  readonly id: bigint;
  readonly policyId: number;
  readonly tagId: bigint;
  readonly severity: Severity;
}

/**
 * Compares a lot with what is open of its policies now. Tags that were examined since the lot's facts were read are left
 * alone: what was found of those is newer.
 */
export async function compareLot(sql: Sql, lot: SweptLot, examined: ExaminedSince): Promise<readonly LotDifference[]> {
  const ids = lot.violations.map(({ policy }) => policy.id);
  const { rows } = await sql.query<OpenRow>(OPEN, [ids, lot.after, lot.upTo]);
  const byPolicy = Map.groupBy(rows, ({ policyId }) => policyId);
  return lot.violations.map(({ policy, tags }) => {
    const standing = new Map((byPolicy.get(policy.id) ?? []).map((row) => [Number(row.tagId), row]));
    const violating = new Set(tags.map(({ tagId }) => tagId));
    const isOver = (tagId: RowId): boolean => !violating.has(tagId) && !examined.has(tagId);
    return {
      policy,
      open: tags.filter(({ tagId }) => standing.get(tagId)?.severity !== policy.severity && !examined.has(tagId)),
      close: [...standing].filter(([tagId]) => isOver(tagId)).map(([, { id }]) => id),
    };
  });
}

/** Writes the differences, within one transaction of the caller's; returns how many findings were opened and closed. */
export async function writeLot(
  sql: Sql,
  differences: readonly LotDifference[],
  at: Date,
): Promise<{ readonly opened: number; readonly closed: number }> {
  let opened = 0;
  let closed = 0;
  for (const { policy, open, close } of differences) {
    const writing = { at, tells: !isNew(policy) };
    closed += (await closeFindings(sql, close, writing)).length;
    opened += await openViolations(sql, violationsOf(policy, open), writing);
  }
  return { opened, closed };
}

function violationsOf({ id, severity }: Policy, tags: readonly SweptTag[]): Violations {
  return {
    policyId: id,
    severity,
    tagIds: tags.map(({ tagId }) => tagId),
    manifestIds: tags.map(({ manifestId }) => manifestId),
  };
}
