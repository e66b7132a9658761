import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { holdExamination, type ExaminationHold } from '../finding/hold-examination.js';
import { freshDatabase, type FreshDatabase } from '../testing/fresh-database.js';
import { buildWorld } from '../testing/world/build-world.js';
import { writeWorld } from '../testing/world/write-world.js';
import { evaluatePolicies } from './evaluate-policies.js';
import { findPolicies } from './find-policies.js';
import { isDue, type WrittenPolicy } from './policy.js';
import { recordPolicies } from './record-policies.js';

const NOW = new Date('2026-09-02T00:00:00Z');
const allFail: WrittenPolicy = {
  ...{ name: 'all-fail', severity: 'low', description: null, owner: null },
  where: {},
  require: { name: { eq: 'nothing is called so' } },
};

let db: FreshDatabase;
let hold: ExaminationHold;
beforeAll(async () => {
  db = await freshDatabase();
  await writeWorld(db.catalog, buildWorld(2));
  const held = await holdExamination(db.catalog);
  if (held === null) throw new Error('somebody else examines a database of our own');
  hold = held;
}, 60_000);
afterAll(async () => {
  await hold.release();
  await db.drop();
});
beforeEach(() => db.catalog.pool.query('TRUNCATE policy, finding, waiver, change'));

const evaluation = async () => {
  const due = (await findPolicies(hold.sql, { removed: true })).filter((policy) => isDue(policy, NOW));
  return evaluatePolicies({ catalog: db.catalog, hold, now: () => NOW, lot: 3 }, due);
};
/** Evaluates the first lot. */
const beginWith = async (steps: Awaited<ReturnType<typeof evaluation>>) => {
  for (let step = await steps.next(); step.done !== true && step.value.taken === 0;) step = await steps.next();
};
const finish = async (steps: Awaited<ReturnType<typeof evaluation>>) => {
  while ((await steps.next()).done !== true);
};
const count = async (condition: string): Promise<number> =>
  Number((await hold.sql.query<{ n: bigint }>(`SELECT count(*) AS n FROM ${condition}`)).rows[0]?.n);
const open = () => count('finding WHERE closed_at IS NULL');

describe('a policy that is removed during its first evaluation', () => {
  it.each([
    ['is given up', (steps: Awaited<ReturnType<typeof evaluation>>) => steps.return()],
    ['goes on to its end', finish],
  ])('has nothing open afterwards, where the evaluation %s', async (_, end) => {
    await recordPolicies(db.catalog, [allFail], NOW);
    const steps = await evaluation();
    await beginWith(steps);
    expect(await open()).toBe(3);
    await recordPolicies(db.catalog, [], NOW);
    await end(steps);
    await finish(await evaluation());
    expect(await open()).toBe(0);
    expect((await (await evaluation()).next()).done).toBe(true);
  });

  it('was never evaluated when it is written again, and is then evaluated whole', async () => {
    await recordPolicies(db.catalog, [allFail], NOW);
    const steps = await evaluation();
    await beginWith(steps);
    await steps.return();
    await recordPolicies(db.catalog, [], NOW);
    await recordPolicies(db.catalog, [allFail], NOW);
    expect(await findPolicies(db.catalog.pool)).toMatchObject([{ evaluatedAt: null, evaluated: null }]);
    await finish(await evaluation());
    expect(await open()).toBe(await count('tag WHERE manifest_id IS NOT NULL'));
  });
});
