import { compareViolations, writeDifferences, type WrittenDifferences } from '../finding/examine.js';
import type { ExaminationHold } from '../finding/hold-examination.js';
import { closeFindings } from '../finding/write-findings.js';
import type { Sql } from '../open-catalog.js';
import { countTags } from '../tag/find-tags.js';
import { findViolations } from './find-violations.js';
import { isNew, type Policy } from './policy.js';

/** What a lot of tags was, and what it changed; as the other steps of an examination have it. */
export interface EvaluationStep extends WrittenDifferences {
  readonly taken: number;
}

/** Tags in a lot: enough that a statement is worth its plan, few enough that a push does not wait long between two. */
const LOT = 2_000;

/** What an evaluation is given. */
export interface EvaluationTools {
  readonly hold: Pick<ExaminationHold, 'sql' | 'transaction'>;
  readonly now: () => Date;
  readonly lot?: number;
}

/**
 * Evaluates these policies over all tags, lot by lot: each step reads with no transaction open and writes in a short one,
 * so that whoever calls may examine what was pushed between two of them, stop, and begin again. Only differences are
 * written. Verdicts of a policy that is new or was changed are not told in the feed, everything later is. Of a removed
 * policy all is closed, and not told either.
 */
export async function* evaluatePolicies(
  tools: EvaluationTools,
  policies: readonly Policy[],
): AsyncGenerator<EvaluationStep, void> {
  for (const policy of policies.filter(({ removedAt }) => removedAt !== null)) yield* closeRemoved(tools, policy);
  const live = policies.filter(({ removedAt }) => removedAt === null);
  for (const those of [live.filter(isNew), live.filter((policy) => !isNew(policy))]) yield* evaluate(tools, those);
}

async function* evaluate(
  { hold, now, lot = LOT }: EvaluationTools,
  policies: readonly Policy[],
): AsyncGenerator<EvaluationStep, void> {
  const [first] = policies;
  if (first === undefined) return;
  const ids = policies.map(({ id }) => id);
  const startedAt = now();
  const [expected = 0] = await countTags(hold.sql, { scope: { kind: 'everywhere' } });
  await hold.sql.query(
    'UPDATE policy SET evaluation_started_at = $2, evaluation_done = 0, evaluation_expected = $3 WHERE id = ANY ($1::int[])',
    [ids, startedAt, expected],
  );
  let done = 0;
  for (let tagIds = await nextTags(hold.sql, 0n, lot); tagIds.length > 0;) {
    const at = now();
    const violations = await findViolations(hold.sql, { tagIds, policies, now: at });
    const found = await compareViolations(hold.sql, tagIds, ids, violations);
    done += tagIds.length;
    const written = await hold.transaction(async (sql) => {
      await sql.query('UPDATE policy SET evaluation_done = $2 WHERE id = ANY ($1::int[])', [ids, done]);
      return writeDifferences(sql, found, { at, tells: !isNew(first) });
    });
    yield { ...written, taken: tagIds.length };
    tagIds = await nextTags(hold.sql, tagIds.at(-1) ?? 0n, lot);
  }
  await hold.sql.query(
    `UPDATE policy SET evaluated_hash = decode(definition, 'hex'), evaluated_at = $3, evaluation_started_at = NULL
       FROM unnest($1::int[], $2::text[]) AS evaluated (id, definition)
      WHERE policy.id = evaluated.id AND removed_at IS NULL`,
    [ids, policies.map(({ definition }) => definition), startedAt],
  );
}

async function nextTags(db: Sql, after: bigint, lot: number): Promise<readonly bigint[]> {
  const { rows } = await db.query<{ id: bigint }>(
    'SELECT id FROM tag WHERE id > $1 AND manifest_id IS NOT NULL ORDER BY id LIMIT $2',
    [after, lot],
  );
  return rows.map(({ id }) => id);
}

async function* closeRemoved(
  { hold, now, lot = LOT }: EvaluationTools,
  { id }: Policy,
): AsyncGenerator<EvaluationStep, void> {
  for (;;) {
    const { rows } = await hold.sql.query<{ id: bigint }>(
      `SELECT id FROM finding WHERE policy_id = $1 AND kind = 'policy' AND closed_at IS NULL LIMIT $2`,
      [id, lot],
    );
    if (rows.length === 0) break;
    const ids = rows.map((row) => row.id);
    const closed = await hold.transaction((sql) => closeFindings(sql, ids, { at: now(), tells: false }));
    yield { taken: ids.length, opened: [], closed };
  }
  await hold.sql.query('UPDATE policy SET evaluated_at = NULL WHERE id = $1 AND removed_at IS NOT NULL', [id]);
}
