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
const later = (ms: number): Date => new Date(NOW.getTime() + ms);
const HOUR_MS = 3_600_000;

const allFail: WrittenPolicy = {
  ...{ name: 'all-fail', severity: 'low', description: null, owner: 'platform' },
  where: {},
  require: { name: { eq: 'nothing is called so' } },
};
const young: WrittenPolicy = { ...allFail, name: 'young', require: { pushed: { from: '-P1D' } } };

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

const count = async (text: string): Promise<number> =>
  Number((await db.catalog.pool.query<{ n: bigint }>(`SELECT count(*) AS n FROM ${text}`)).rows[0]?.n);
const live = () => count('tag WHERE manifest_id IS NOT NULL');
const open = () => count('finding WHERE closed_at IS NULL');
const told = () => count('change WHERE finding_id IS NOT NULL');

async function evaluateDue(now: Date, lot = 3): Promise<number> {
  const due = (await findPolicies(db.catalog.pool, { removed: true })).filter((policy) => isDue(policy, now));
  let steps = 0;
  const evaluation = evaluatePolicies({ catalog: db.catalog, hold, now: () => now, lot }, due);
  for await (const { taken } of evaluation) if (taken > 0) steps += 1;
  return steps;
}

/** The first lots of an evaluation that is still going on. */
async function beginEvaluation(lots: number, lot = 3): Promise<ReturnType<typeof evaluatePolicies>> {
  const policies = await findPolicies(db.catalog.pool);
  const evaluation = evaluatePolicies({ catalog: db.catalog, hold, now: () => NOW, lot }, policies);
  for (let seen = 0; seen < lots;) {
    const step = await evaluation.next();
    if (step.done === true) throw new Error('there are fewer tags');
    if (step.value.taken > 0) seen += 1;
  }
  return evaluation;
}

describe('the evaluation of a policy over all tags', () => {
  it('opens a finding about each tag that fails, lot by lot, and tells none of the first time', async () => {
    await recordPolicies(db.catalog, [allFail], NOW);
    expect(await evaluateDue(NOW)).toBe(Math.ceil((await live()) / 3));
    expect(await open()).toBe(await live());
    expect(await told()).toBe(0);
    expect(await findPolicies(db.catalog.pool)).toMatchObject([
      { name: 'all-fail', evaluatedAt: NOW, evaluation: null },
    ]);
    expect(await evaluateDue(later(HOUR_MS))).toBe(0);
  });

  it('says how far it is', async () => {
    await recordPolicies(db.catalog, [allFail], NOW);
    const evaluation = await beginEvaluation(1);
    const expected = BigInt(await live());
    expect(await findPolicies(db.catalog.pool)).toMatchObject([{ evaluation: { startedAt: NOW, done: 3n, expected } }]);
    await evaluation.return();
  });

  it('leaves alone what was examined since it was read', async () => {
    await recordPolicies(db.catalog, [allFail], NOW);
    const evaluation = await beginEvaluation(1);
    const { rows } = await db.catalog.pool.query<{ id: bigint }>(
      'SELECT id FROM tag WHERE manifest_id IS NOT NULL ORDER BY id OFFSET 3',
    );
    const [examined = 0n, ...others] = rows.map(({ id }) => id);
    hold.examined.note([examined]);
    while ((await evaluation.next()).done !== true);
    expect(await count(`finding WHERE tag_id = ${examined}`)).toBe(0);
    expect(await open()).toBe(3 + others.length);
  });

  it('keeps what is done when it is given up, and no connection', async () => {
    const labelled = { ...allFail, name: 'labelled', require: { labels: [{ key: 'nobody has it' }] } };
    await recordPolicies(db.catalog, [labelled, allFail], NOW);
    const evaluation = await beginEvaluation(Math.ceil((await live()) / 3) + 1); // the first lot of the dearer one
    await evaluation.return();
    expect(await findPolicies(db.catalog.pool)).toMatchObject([
      { name: 'all-fail', evaluatedAt: NOW },
      { name: 'labelled', evaluatedAt: null },
    ]);
    const { pool } = db.catalog;
    expect(pool.idleCount).toBe(pool.totalCount);
    const held = `pg_stat_activity WHERE datname = current_database() AND state LIKE 'idle in transaction%'`;
    expect(await count(held)).toBe(0);
  });

  it('changes nothing when it is done again from the beginning', async () => {
    await recordPolicies(db.catalog, [allFail], NOW);
    await evaluateDue(NOW);
    await db.catalog.pool.query('UPDATE policy SET evaluated_at = NULL');
    const before = (await db.catalog.pool.query('SELECT * FROM finding ORDER BY id')).rows;
    await evaluateDue(later(1));
    expect((await db.catalog.pool.query('SELECT * FROM finding ORDER BY id')).rows).toEqual(before);
  });

  it('keeps what still fails under another severity, and closes what a changed policy lets pass, untold', async () => {
    await recordPolicies(db.catalog, [allFail], NOW);
    await evaluateDue(NOW);
    await recordPolicies(db.catalog, [{ ...allFail, severity: 'critical', where: { name: { eq: 'latest' } } }], NOW);
    await evaluateDue(later(1));
    const kept = await live();
    expect(await count(`finding WHERE severity = 'low' AND closed_at IS NULL`)).toBe(0);
    expect(await count(`finding WHERE severity = 'critical' AND closed_at IS NULL`)).toBeGreaterThan(0);
    expect(await count('finding')).toBe(kept); // no second finding about the same
    expect(await told()).toBe(0);
  });

  it('is due again each hour where a time before now is said, and then what is new is told', async () => {
    await recordPolicies(db.catalog, [young], NOW);
    await evaluateDue(NOW);
    const opened = await open();
    expect(await evaluateDue(later(HOUR_MS - 1))).toBe(0);
    expect(await evaluateDue(later(100 * 24 * HOUR_MS))).toBeGreaterThan(0);
    expect(await open()).toBe(await live());
    expect(await told()).toBe((await live()) - opened);
  });

  it('closes all of a policy that is no longer written, untold, and begins anew when it is written again', async () => {
    await recordPolicies(db.catalog, [allFail], NOW);
    await evaluateDue(NOW);
    await recordPolicies(db.catalog, [], NOW);
    expect(await findPolicies(db.catalog.pool)).toEqual([]);
    await evaluateDue(later(1));
    expect([await open(), await told()]).toEqual([0, 0]);
    expect(await evaluateDue(later(2))).toBe(0);
    await recordPolicies(db.catalog, [allFail], NOW);
    await evaluateDue(later(3));
    expect([await open(), await told()]).toEqual([await live(), 0]);
  });
});
