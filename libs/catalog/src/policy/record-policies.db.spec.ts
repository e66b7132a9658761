import { describe, expect, it } from '@jest/globals';
import { findPolicies } from './find-policies.js';
import { recordPolicies } from './record-policies.js';
import { allFail } from './testing/all-fail.js';
import { evaluationScene, type Evaluation } from './testing/evaluation-scene.js';

const NOW = new Date('2026-09-02T00:00:00Z');

const { db, open, live, openEvaluation, beginEvaluation } = evaluationScene();

const finish = async (steps: Evaluation) => {
  while ((await steps.next()).done !== true);
};

describe('a policy that is removed during its first evaluation', () => {
  it.each([
    ['is given up', (steps: Evaluation) => steps.return()],
    ['goes on to its end', finish],
  ])('has nothing open afterwards, where the evaluation %s', async (_, end) => {
    await recordPolicies(db().catalog, [allFail], NOW);
    const steps = await beginEvaluation(NOW, 1);
    expect(await open()).toBe(3);
    await recordPolicies(db().catalog, [], NOW);
    await end(steps);
    await finish(await openEvaluation(NOW));
    expect(await open()).toBe(0);
    expect((await (await openEvaluation(NOW)).next()).done).toBe(true);
  });

  it('was never evaluated when it is written again, and is then evaluated whole', async () => {
    await recordPolicies(db().catalog, [allFail], NOW);
    const steps = await beginEvaluation(NOW, 1);
    await steps.return();
    await recordPolicies(db().catalog, [], NOW);
    await recordPolicies(db().catalog, [allFail], NOW);
    expect(await findPolicies(db().catalog.pool)).toMatchObject([{ evaluatedAt: null, evaluated: null }]);
    await finish(await openEvaluation(NOW));
    expect(await open()).toBe(await live());
  });
});
