import { afterAll, beforeAll, beforeEach } from '@jest/globals';
import { heldExamination } from '../../finding/testing/held-examination.js';
import type { ExaminationHold } from '../../finding/hold-examination.js';
import { freshDatabase, type FreshDatabase } from '../../testing/fresh-database.js';
import { buildWorld } from '../../testing/world/build-world.js';
import { writeWorld } from '../../testing/world/write-world.js';
import { evaluatePolicies } from '../evaluate-policies.js';
import { findPolicies } from '../find-policies.js';
import { isDue } from '../policy.js';

/** One that goes on when it is asked for its next step. */
export type Evaluation = ReturnType<typeof evaluatePolicies>;

/** A made-up catalog over which a test file evaluates policies. */
export interface EvaluationScene {
  readonly db: () => FreshDatabase;
  readonly hold: () => ExaminationHold;
  /** How many rows there are `FROM` this. */
  readonly count: (from: string) => Promise<number>;
  /** How many findings are open. */
  readonly open: () => Promise<number>;
  /** How many tags there are, each of which `allFail` is broken by. */
  readonly live: () => Promise<number>;
  /** Evaluates the policies that are due, three tags in a lot, as far as it is asked to. */
  readonly openEvaluation: (now: Date) => Promise<Evaluation>;
  /** The same, after its first lots. */
  readonly beginEvaluation: (now: Date, lots: number) => Promise<Evaluation>;
}

/** Sets one up before the tests of the calling file, without policies and findings before each. */
export function evaluationScene(): EvaluationScene {
  let db: FreshDatabase;
  let hold: ExaminationHold;
  beforeAll(async () => {
    db = await freshDatabase();
    await writeWorld(db.catalog, buildWorld(2));
    hold = await heldExamination(db.catalog);
  }, 60_000);
  afterAll(async () => {
    await hold.release();
    await db.drop();
  });
  beforeEach(() => db.catalog.pool.query('TRUNCATE policy, finding, waiver, change'));

  const count = async (from: string): Promise<number> =>
    Number((await db.catalog.pool.query<{ n: bigint }>(`SELECT count(*) AS n FROM ${from}`)).rows[0]?.n);
  const openEvaluation = async (now: Date): Promise<Evaluation> => {
    const due = (await findPolicies(db.catalog.pool, { removed: true })).filter((policy) => isDue(policy, now));
    return evaluatePolicies({ catalog: db.catalog, hold, now: () => now, lot: 3 }, due);
  };
  return {
    db: () => db,
    hold: () => hold,
    count,
    open: () => count('finding WHERE closed_at IS NULL'),
    live: () => count('tag WHERE manifest_id IS NOT NULL'),
    openEvaluation,
    async beginEvaluation(now, lots) {
      const evaluation = await openEvaluation(now);
      for (let seen = 0; seen < lots;) {
        const step = await evaluation.next();
        if (step.done === true) throw new Error('there are fewer tags');
        if (step.value.taken > 0) seen += 1;
      }
      return evaluation;
    },
  };
}
