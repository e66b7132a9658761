import { countTags } from '../tag/find-tags.js';
import { closeFindings, openFindings } from '../finding/write-findings.js';
import { inTransaction, type Catalog, type Sql } from '../open-catalog.js';
import type { Severity } from '../stored-words.js';
import { findViolations } from './find-violations.js';
import { isNew, type Policy } from './policy.js';

/** How far an evaluation is, and what its last lot of tags changed. */
export interface EvaluationStep {
  /** Tags looked at. */
  readonly done: number;
  readonly opened: number;
  readonly closed: number;
}

/** Tags in a lot: enough that a statement is worth its plan, few enough that its transaction holds up nobody. */
const LOT = 5_000;

/**
 * Evaluates these policies over all tags, lot by lot: each step is a short transaction of its own, so that whoever calls
 * may do something else between two of them, stop, and begin again. Only differences are written. Verdicts of a policy
 * that is new or was changed are not told in the feed, everything later is. Of a removed policy, all is closed.
 */
export async function* evaluatePolicies(
  catalog: Catalog,
  policies: readonly Policy[],
  { now, lot = LOT }: { readonly now: () => Date; readonly lot?: number },
): AsyncGenerator<EvaluationStep> {
  for (const policy of policies.filter(({ removedAt }) => removedAt !== null))
    yield* closeRemoved(catalog, policy, now(), lot);
  const live = policies.filter(({ removedAt }) => removedAt === null);
  if (live.length === 0) return;
  const ids = live.map(({ id }) => id);
  const startedAt = now();
  const [expected = 0] = await countTags(catalog.pool, { scope: { kind: 'everywhere' } });
  await catalog.pool.query(
    'UPDATE policy SET evaluation_started_at = $2, evaluation_done = 0, evaluation_expected = $3 WHERE id = ANY ($1::int[])',
    [ids, startedAt, expected],
  );
  let done = 0;
  let after = 0n;
  for (;;) {
    const tagIds = await nextTags(catalog.pool, after, lot);
    after = tagIds.at(-1) ?? after;
    done += tagIds.length;
    if (tagIds.length === 0) break;
    const written = await evaluateTags(catalog, live, tagIds, now());
    await catalog.pool.query('UPDATE policy SET evaluation_done = $2 WHERE id = ANY ($1::int[])', [ids, done]);
    yield { done, ...written };
  }
  await catalog.pool.query(
    `UPDATE policy SET evaluated_hash = decode(definition, 'hex'), evaluated_at = $3, evaluation_started_at = NULL
       FROM unnest($1::int[], $2::text[]) AS evaluated (id, definition)
      WHERE policy.id = evaluated.id AND removed_at IS NULL`,
    [ids, live.map(({ definition }) => definition), startedAt],
  );
}

async function nextTags(db: Sql, after: bigint, lot: number): Promise<readonly bigint[]> {
  const { rows } = await db.query<{ id: bigint }>(
    'SELECT id FROM tag WHERE id > $1 AND manifest_id IS NOT NULL ORDER BY id LIMIT $2',
    [after, lot],
  );
  return rows.map(({ id }) => id);
}

interface OpenViolation {
  readonly id: bigint;
  readonly tagId: bigint;
  readonly policyId: number;
  readonly severity: Severity;
}

async function evaluateTags(
  catalog: Catalog,
  policies: readonly Policy[],
  tagIds: readonly bigint[],
  at: Date,
): Promise<{ readonly opened: number; readonly closed: number }> {
  const violations = await findViolations(catalog.pool, { tagIds, policies, now: at });
  const open = await findOpen(catalog.pool, policies, tagIds);
  const byKey = new Map(open.map((finding) => [keyOf(finding), finding]));
  const missing = violations.filter((violation) => byKey.get(keyOf(violation))?.severity !== violation.severity);
  const found = new Set(violations.map(keyOf));
  const over = open.filter((finding) => !found.has(keyOf(finding)));
  if (missing.length + over.length === 0) return { opened: 0, closed: 0 };
  const unheard = new Set(policies.filter(isNew).map(({ id }) => id));
  let opened = 0;
  let closed = 0;
  await inTransaction(catalog, async (sql) => {
    for (const tells of [false, true]) {
      const isHere = ({ policyId }: { readonly policyId: number | null }): boolean =>
        unheard.has(policyId ?? 0) !== tells;
      opened += (await openFindings(sql, missing.filter(isHere), { at, tells })).length;
      const ids = over.filter(isHere).map(({ id }) => id);
      closed += (await closeFindings(sql, ids, { at, tells })).length;
    }
  });
  return { opened, closed };
}

async function findOpen(
  db: Sql,
  policies: readonly Policy[],
  tagIds: readonly bigint[],
): Promise<readonly OpenViolation[]> {
  const { rows } = await db.query<OpenViolation>(
    `SELECT id, tag_id AS "tagId", policy_id AS "policyId", severity FROM finding
      WHERE tag_id = ANY ($1::bigint[]) AND kind = 'policy' AND policy_id = ANY ($2::int[]) AND closed_at IS NULL`,
    [tagIds, policies.map(({ id }) => id)],
  );
  return rows;
}

function keyOf({ tagId, policyId }: { readonly tagId: bigint | null; readonly policyId: number | null }): string {
  return `${tagId}:${policyId}`;
}

async function* closeRemoved(catalog: Catalog, { id }: Policy, at: Date, lot: number): AsyncGenerator<EvaluationStep> {
  for (;;) {
    const { rows } = await catalog.pool.query<{ id: bigint }>(
      `SELECT id FROM finding WHERE policy_id = $1 AND kind = 'policy' AND closed_at IS NULL LIMIT $2`,
      [id, lot],
    );
    if (rows.length === 0) break;
    const closed = await inTransaction(catalog, (sql) =>
      closeFindings(
        sql,
        rows.map((row) => row.id),
        { at, tells: false },
      ),
    );
    yield { done: 0, opened: 0, closed: closed.length };
  }
  await catalog.pool.query('UPDATE policy SET evaluated_at = NULL WHERE id = $1 AND removed_at IS NOT NULL', [id]);
}
