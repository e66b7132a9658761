import { describe, expect, it } from '@jest/globals';
import { findPolicies } from './find-policies.js';
import type { WrittenPolicy } from './policy.js';
import { recordPolicies } from './record-policies.js';
import { allFail } from './testing/all-fail.js';
import { evaluationScene } from './testing/evaluation-scene.js';

const NOW = new Date('2026-09-02T00:00:00Z');
const later = (ms: number): Date => new Date(NOW.getTime() + ms);
const HOUR_MS = 3_600_000;

const young: WrittenPolicy = { ...allFail, name: 'young', require: { pushed: { from: '-P1D' } } };

const { db, hold, count, open, live, openEvaluation, beginEvaluation } = evaluationScene();
const told = () => count('change WHERE finding_id IS NOT NULL');

/** Evaluates what is due, and says in how many lots. */
async function evaluateDue(now: Date): Promise<number> {
  let lots = 0;
  for await (const { taken } of await openEvaluation(now)) if (taken > 0) lots += 1;
  return lots;
}

describe('the evaluation of a policy over all tags', () => {
  it('opens a finding about each tag that fails, lot by lot, and tells none of the first time', async () => {
    await recordPolicies(db().catalog, [allFail], NOW);
    expect(await evaluateDue(NOW)).toBe(Math.ceil((await live()) / 3));
    expect(await open()).toBe(await live());
    expect(await told()).toBe(0);
    expect(await findPolicies(db().catalog.pool)).toMatchObject([
      { name: 'all-fail', evaluatedAt: NOW, evaluation: null },
    ]);
    expect(await evaluateDue(later(HOUR_MS))).toBe(0);
  });

  it('says how far it is', async () => {
    await recordPolicies(db().catalog, [allFail], NOW);
    const evaluation = await beginEvaluation(NOW, 1);
    const expected = BigInt(await live());
    expect(await findPolicies(db().catalog.pool)).toMatchObject([
      { evaluation: { startedAt: NOW, done: 3n, expected } },
    ]);
    await evaluation.return();
  });

  it('leaves alone what was examined since it was read', async () => {
    await recordPolicies(db().catalog, [allFail], NOW);
    const evaluation = await beginEvaluation(NOW, 1);
    const { rows } = await db().catalog.pool.query<{ id: bigint }>(
      'SELECT id FROM tag WHERE manifest_id IS NOT NULL ORDER BY id OFFSET 3',
    );
    const [examined = 0n, ...others] = rows.map(({ id }) => id);
    hold().examined.note([examined]);
    while ((await evaluation.next()).done !== true);
    expect(await count(`finding WHERE tag_id = ${examined}`)).toBe(0);
    expect(await open()).toBe(3 + others.length);
  });

  it('keeps what is done when it is given up, and no connection', async () => {
    const labelled = { ...allFail, name: 'labelled', require: { labels: [{ key: 'nobody has it' }] } };
    await recordPolicies(db().catalog, [labelled, allFail], NOW);
    const evaluation = await beginEvaluation(NOW, Math.ceil((await live()) / 3) + 1); // the first lot of the dearer one
    await evaluation.return();
    expect(await findPolicies(db().catalog.pool)).toMatchObject([
      { name: 'all-fail', evaluatedAt: NOW },
      { name: 'labelled', evaluatedAt: null },
    ]);
    const { pool } = db().catalog;
    expect(pool.idleCount).toBe(pool.totalCount);
    const held = `pg_stat_activity WHERE datname = current_database() AND state LIKE 'idle in transaction%'`;
    expect(await count(held)).toBe(0);
  });

  it('changes nothing when it is done again from the beginning', async () => {
    await recordPolicies(db().catalog, [allFail], NOW);
    await evaluateDue(NOW);
    await db().catalog.pool.query('UPDATE policy SET evaluated_at = NULL');
    const before = (await db().catalog.pool.query('SELECT * FROM finding ORDER BY id')).rows;
    await evaluateDue(later(1));
    expect((await db().catalog.pool.query('SELECT * FROM finding ORDER BY id')).rows).toEqual(before);
  });

  it('keeps what still fails under another severity, and closes what a changed policy lets pass, untold', async () => {
    await recordPolicies(db().catalog, [allFail], NOW);
    await evaluateDue(NOW);
    await recordPolicies(db().catalog, [{ ...allFail, severity: 'critical', where: { name: { eq: 'latest' } } }], NOW);
    await evaluateDue(later(1));
    const kept = await live();
    expect(await count(`finding WHERE severity = 'low' AND closed_at IS NULL`)).toBe(0);
    expect(await count(`finding WHERE severity = 'critical' AND closed_at IS NULL`)).toBeGreaterThan(0);
    expect(await count('finding')).toBe(kept); // no second finding about the same
    expect(await told()).toBe(0);
  });

  it('is due again each hour where a time before now is said, and then what is new is told', async () => {
    await recordPolicies(db().catalog, [young], NOW);
    await evaluateDue(NOW);
    const opened = await open();
    expect(await evaluateDue(later(HOUR_MS - 1))).toBe(0);
    expect(await evaluateDue(later(100 * 24 * HOUR_MS))).toBeGreaterThan(0);
    expect(await open()).toBe(await live());
    expect(await told()).toBe((await live()) - opened);
  });

  it('closes all of a policy that is no longer written, untold, and begins anew when it is written again', async () => {
    await recordPolicies(db().catalog, [allFail], NOW);
    await evaluateDue(NOW);
    await recordPolicies(db().catalog, [], NOW);
    expect(await findPolicies(db().catalog.pool)).toEqual([]);
    await evaluateDue(later(1));
    expect([await open(), await told()]).toEqual([0, 0]);
    expect(await evaluateDue(later(2))).toBe(0);
    await recordPolicies(db().catalog, [allFail], NOW);
    await evaluateDue(later(3));
    expect([await open(), await told()]).toEqual([await live(), 0]);
  });
});
