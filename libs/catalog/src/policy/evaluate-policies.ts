import { setImmediate as onceSent, setTimeout as pause } from 'node:timers/promises';
import type { ExaminationHold } from '../finding/hold-examination.js';
import { closeFindings } from '../finding/write-findings.js';
import type { Catalog, Sql } from '../open-catalog.js';
import { countTags } from '../tag/find-tags.js';
import type { Policy } from './policy.js';
import { readPolicyFilters } from './read-policy-filters.js';
import { readAhead } from './sweep/read-ahead.js';
import { openSweep } from './sweep/containment.js';
import { findLots, oneOf, prepareWaves, type ReadyWave } from './sweep/find-lots.js';
import { planWaves } from './sweep/plan-waves.js';
import { compareLot, findClean, writeLot, type SweepBegin } from './sweep/write-lot.js';

/** What a lot of tags was, and how many findings it opened and closed; nothing taken while what is needed is being read. */
export interface EvaluationStep {
  readonly taken: number;
  readonly opened: number;
  readonly closed: number;
}

/** Tags in a lot: enough that a statement is worth its plan, few enough that a push does not wait long between two. */
const LOT = 5_000;

/** How long a step waits for what is being read. */
const PATIENCE_MS = 20;

/** What an evaluation is given. */
export interface EvaluationTools {
  /** Read from beside the hold, whose connection is for writing and for what was just pushed. */
  readonly catalog: Pick<Catalog, 'pool'>;
  readonly hold: Pick<ExaminationHold, 'sql' | 'transaction' | 'examined'>;
  readonly now: () => Date;
  readonly lot?: number;
}

/**
 * Evaluates these policies over all tags. What they ask is read once for the whole catalog, on connections of its own; what
 * they find is written lot by lot, each in a short transaction, so that whoever calls may examine what was pushed between
 * two steps, stop, and begin again: a policy that is done is not done again. Only differences are written. Verdicts of a
 * policy that is new or was changed are not told in the feed, everything later is. Of a removed policy all is closed, and not
 * told either.
 */
export async function* evaluatePolicies(
  tools: EvaluationTools,
  policies: readonly Policy[],
): AsyncGenerator<EvaluationStep, void> {
  for (const policy of policies.filter(({ removedAt }) => removedAt !== null)) yield* closeRemoved(tools, policy);
  const live = policies.filter(({ removedAt }) => removedAt === null);
  if (live.length > 0) yield* evaluate(tools, live);
}

async function* evaluate(tools: EvaluationTools, policies: readonly Policy[]): AsyncGenerator<EvaluationStep, void> {
  const { catalog, hold, now, lot = LOT } = tools;
  const startedAt = now();
  const examined = hold.examined.watch(); // before anything is read
  const clean = await findClean(
    hold.sql,
    policies.map(({ id }) => id),
  );
  await noteBegin(hold.sql, policies, startedAt);
  const ending = new AbortController();
  const sweep = openSweep({ catalog, signal: ending.signal });
  const read = policies.map((policy) => ({ policy, ...readPolicyFilters(policy, startedAt) }));
  const waves = readAhead(prepareWaves(sweep, planWaves(read), lot));
  try {
    // Waves that are ready together go as one: what is found of a tag is cheapest to write at once.
    for (
      let wave = oneOf(yield* patiently(waves.next()));
      wave !== null;
      wave = oneOf(yield* patiently(waves.next()))
    ) {
      yield* evaluateWave(tools, wave, { examined, clean });
      await noteEnd(hold.sql, wave, startedAt);
    }
  } finally {
    ending.abort();
    await waves.close();
    examined.end();
  }
}

async function* evaluateWave(
  { hold, now }: EvaluationTools,
  wave: ReadyWave,
  begin: SweepBegin,
): AsyncGenerator<EvaluationStep, void> {
  const ids = wave.policies.map(({ policy }) => policy.id);
  const lots = findLots(wave);
  let coming = lots.next();
  let done = 0;
  try {
    for (let lot = yield* patiently(coming); lot.done !== true; lot = yield* patiently(coming)) {
      const { taken } = lot.value;
      done += taken;
      const differences = await compareLot(hold.sql, lot.value, begin);
      const written = await hold.transaction(async (sql) => {
        const noted = sql.query('UPDATE policy SET evaluation_done = $2 WHERE id = ANY ($1::int[])', [ids, done]);
        const writing = Promise.all([writeLot(sql, differences, now()), noted]);
        coming = onceSent().then(() => lots.next()); // worked out here while the database writes
        coming.catch(() => undefined); // told when it is its turn
        return (await writing)[0];
      });
      yield { ...written, taken };
    }
  } finally {
    await Promise.allSettled([coming]);
    await lots.return();
  }
}

const NOTHING: EvaluationStep = { taken: 0, opened: 0, closed: 0 };

/** Waits for what is being read, and lets the caller do something else now and then. */
async function* patiently<T>(coming: Promise<T>): AsyncGenerator<EvaluationStep, T> {
  const isHere = coming.then(() => true);
  while (!(await Promise.race([isHere, pause(PATIENCE_MS, false)]))) yield NOTHING;
  return coming;
}

async function noteBegin(sql: Sql, policies: readonly Policy[], at: Date): Promise<void> {
  const [expected = 0] = await countTags(sql, { scope: { kind: 'everywhere' } });
  await sql.query(
    'UPDATE policy SET evaluation_started_at = $2, evaluation_done = 0, evaluation_expected = $3 WHERE id = ANY ($1::int[])',
    [policies.map(({ id }) => id), at, expected],
  );
}

async function noteEnd(sql: Sql, { policies }: ReadyWave, startedAt: Date): Promise<void> {
  await sql.query(
    `UPDATE policy SET evaluated_hash = decode(definition, 'hex'), evaluated_at = $3, evaluation_started_at = NULL
       FROM unnest($1::int[], $2::text[]) AS evaluated (id, definition)
      WHERE policy.id = evaluated.id AND removed_at IS NULL`,
    [policies.map(({ policy }) => policy.id), policies.map(({ policy }) => policy.definition), startedAt],
  );
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
    yield { taken: ids.length, opened: 0, closed: closed.length };
  }
  await hold.sql.query('UPDATE policy SET evaluated_at = NULL WHERE id = $1 AND removed_at IS NOT NULL', [id]);
}
