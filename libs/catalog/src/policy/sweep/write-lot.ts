import type { ExaminedSince } from '../../finding/examined-tags.js';
import {
  openFirstViolations,
  openViolations,
  type FirstViolations,
  type Violations,
} from '../../finding/open-violations.js';
import { closeFindings } from '../../finding/write-findings.js';
import type { Sql } from '../../open-catalog.js';
import type { Severity } from '../../stored-words.js';
import { isNew, type Policy } from '../policy.js';
import type { SweptLot } from './find-lots.js';
import type { SweptTag } from './formula.js';
import type { RowId } from './id-set.js';

/** What the writing of a sweep goes by. */
export interface SweepBegin {
  /** Tags that were examined since it began: what was found of those is newer, and they are left alone. */
  readonly examined: ExaminedSince;
  /** Policies of which nothing was open when it began; of the tags that are not examined since, nothing is open before their lot. */
  readonly clean: ReadonlySet<number>;
}

/** The policies among these of which nothing is open. */
export async function findClean(sql: Sql, policyIds: readonly number[]): Promise<ReadonlySet<number>> {
  const { rows } = await sql.query<{ id: number }>(
    `SELECT id FROM unnest($1::int[]) AS asked (id) WHERE NOT EXISTS (
       SELECT FROM finding WHERE policy_id = asked.id AND kind = 'policy' AND closed_at IS NULL)`,
    [policyIds],
  );
  return new Set(rows.map(({ id }) => id));
}

/** What differs between what a lot found and what is open, of one policy. */
export interface LotDifference {
  readonly policy: Policy;
  readonly isClean: boolean;
  readonly open: readonly SweptTag[];
  readonly close: readonly bigint[];
}

// The stretch of tags first: how many findings a policy has open is what the planner knows least while they are written.
const OPEN = `
  WITH stretch AS MATERIALIZED (
    SELECT id, kind, policy_id, tag_id, severity FROM finding
     WHERE closed_at IS NULL AND tag_id > $2::bigint AND tag_id <= $3::bigint
  ) SELECT id, policy_id AS "policyId", tag_id AS "tagId", severity FROM stretch
     WHERE kind = 'policy' AND policy_id = ANY ($1::int[])`;

interface OpenRow extends Record<string, unknown> {
  readonly id: bigint;
  readonly policyId: number;
  readonly tagId: bigint;
  readonly severity: Severity;
}

/** More than any id. */
const END = 2n ** 63n - 1n;

/** Compares a lot with what is open of its policies now. */
export async function compareLot(
  sql: Sql,
  { after, upTo, violations }: SweptLot,
  { examined, clean }: SweepBegin,
): Promise<readonly LotDifference[]> {
  const ids = violations.map(({ policy }) => policy.id).filter((id) => !clean.has(id));
  const rows = ids.length === 0 ? [] : (await sql.query<OpenRow>(OPEN, [ids, after ?? 0, upTo ?? END])).rows;
  const byPolicy = Map.groupBy(rows, ({ policyId }) => policyId);
  return violations.map(({ policy, tags }) => {
    const standing = new Map((byPolicy.get(policy.id) ?? []).map((row) => [Number(row.tagId), row]));
    return {
      policy,
      isClean: clean.has(policy.id),
      open: tags.filter(({ tagId }) => standing.get(tagId)?.severity !== policy.severity && !examined.has(tagId)),
      close: overAmong(standing, tags, examined),
    };
  });
}

/** What stands about tags of the lot that violate the policy no longer. */
function overAmong(
  standing: ReadonlyMap<RowId, OpenRow>,
  tags: readonly SweptTag[],
  examined: ExaminedSince,
): readonly bigint[] {
  if (standing.size === 0) return []; // as in all lots of a first evaluation
  const violating = new Set(tags.map(({ tagId }) => tagId));
  const over = [...standing].filter(([tagId]) => !violating.has(tagId) && !examined.has(tagId));
  return over.map(([, { id }]) => id);
}

/**
 * Writes the differences, within one transaction of the caller's; returns how many findings were opened and closed. What can
 * be asked together is, because each answer waits for this process to have read what came for the next lots.
 */
export async function writeLot(
  sql: Sql,
  differences: readonly LotDifference[],
  at: Date,
): Promise<{ readonly opened: number; readonly closed: number }> {
  // What nobody was told of may be lost with a crash: that the policies are evaluated is written later, and durably.
  const isLossy = differences.every(({ policy }) => isNew(policy));
  const isFirst = ({ policy, isClean }: LotDifference): boolean => isClean && isNew(policy);
  const [first] = await Promise.all([
    openFirst(sql, differences.filter(isFirst), at),
    isLossy ? sql.query('SET LOCAL synchronous_commit = off') : null,
  ]);
  let opened = first;
  let closed = 0;
  for (const { policy, open, close } of differences.filter((difference) => !isFirst(difference))) {
    const writing = { at, tells: !isNew(policy) };
    closed += (await closeFindings(sql, close, writing)).length;
    opened += await openViolations(sql, violationsOf(policy, open), writing);
  }
  return { opened, closed };
}

async function openFirst(sql: Sql, differences: readonly LotDifference[], at: Date): Promise<number> {
  const bySeverity = [...Map.groupBy(differences, ({ policy }) => policy.severity)];
  const opened = await Promise.all(
    bySeverity.map(([severity, those]) => openFirstViolations(sql, firstViolations(severity, those), at)),
  );
  return opened.reduce((sum, count) => sum + count, 0);
}

/** Tag by tag, because findings of one tag lie near each other in the indexes. */
function firstViolations(severity: Severity, differences: readonly LotDifference[]): FirstViolations {
  const found = differences.flatMap(({ policy, open }) => open.map((tag) => ({ policyId: policy.id, tag })));
  found.sort((a, b) => a.tag.tagId - b.tag.tagId);
  return {
    severity,
    policyIds: found.map(({ policyId }) => policyId),
    repositoryIds: found.map(({ tag }) => tag.repositoryId),
    tagIds: found.map(({ tag }) => tag.tagId),
    manifestIds: found.map(({ tag }) => tag.manifestId),
  };
}

function violationsOf({ id, severity }: Policy, tags: readonly SweptTag[]): Violations {
  return {
    policyId: id,
    severity,
    tagIds: tags.map(({ tagId }) => tagId),
    manifestIds: tags.map(({ manifestId }) => manifestId),
  };
}
