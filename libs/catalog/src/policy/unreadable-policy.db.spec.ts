import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { anImage } from '@strata/oci/testing';
import type { ExaminationHold } from '../finding/hold-examination.js';
import { examineAll } from '../finding/testing/examine-all.js';
import { heldExamination } from '../finding/testing/held-examination.js';
import { makeReport } from '../report/make-report.js';
import { freshDatabase, type FreshDatabase } from '../testing/fresh-database.js';
import { WORLD_WORDS } from '../testing/world/build-world.js';
import { openWorld } from '../testing/world/write-world.js';
import { countVerdicts } from './count-verdicts.js';
import { evaluatePolicies } from './evaluate-policies.js';
import { findPolicies } from './find-policies.js';
import { isDue, type WrittenPolicy } from './policy.js';
import { recordPolicies } from './record-policies.js';
import { allFail } from './testing/all-fail.js';

const NOW = new Date('2026-09-02T00:00:00Z');
const repository = { registry: WORLD_WORDS.registries[0], name: 'team/app' };
const [one, other] = [anImage({ seed: 'one' }), anImage({ seed: 'other' })];
const policyOf = (name: string): WrittenPolicy => ({ ...allFail, name });

let db: FreshDatabase;
let hold: ExaminationHold;
let push: (tag: string, target: typeof one) => Promise<void>;
beforeEach(async () => {
  db = await freshDatabase();
  hold = await heldExamination(db.catalog);
  const nothing = { layers: [], images: [], indexes: [], artifacts: [], steps: [] };
  const write = await openWorld(db.catalog, { ...nothing, repositories: [repository] });
  await write({ at: NOW, repository, kind: 'hold', manifests: [one, other] });
  push = (tag, target) => write({ at: NOW, repository, kind: 'tag', tag, target, pushedAt: null });
  await push('1', one);
  await recordPolicies(db.catalog, [policyOf('known'), policyOf('of-another-version')], NOW);
  await evaluateDue();
});
afterEach(async () => {
  await hold.release();
  await db.drop();
});

async function evaluateDue(): Promise<readonly string[]> {
  const due = (await findPolicies(hold.sql, { removed: true })).filter((policy) => isDue(policy, NOW));
  const evaluation = evaluatePolicies({ catalog: db.catalog, hold, now: () => NOW }, due);
  while ((await evaluation.next()).done !== true);
  return due.map(({ name }) => name);
}

/** As a version does that knows more fields, without a change of what it was evaluated from. */
const writeRequire = (require: unknown) =>
  db.catalog.pool.query(`UPDATE policy SET require_filter = $1 WHERE name = 'of-another-version'`, [require]);
const makeUnreadable = () => writeRequire({ and: [{ signedBy: 'somebody' }] });
const makeReadable = () => writeRequire(allFail.require);

async function open(): Promise<readonly string[]> {
  const { rows } = await hold.sql.query<{ said: string }>(
    `SELECT policy.name || ' ' || tag.name AS said FROM finding JOIN policy ON policy.id = finding.policy_id
       JOIN tag ON tag.id = finding.tag_id WHERE finding.closed_at IS NULL ORDER BY said`,
  );
  return rows.map(({ said }) => said);
}

describe('a policy that another version has written and this one cannot read', () => {
  it('says so, with the place of what is not understood', async () => {
    await makeUnreadable();
    expect(await findPolicies(db.catalog.pool)).toMatchObject([
      { name: 'known', unreadable: null },
      { name: 'of-another-version', unreadable: { code: 'malformed', path: 'require.and[0].signedBy' } },
    ]);
  });

  it('is left out of the examination of a push and of evaluations, and what it had found stays', async () => {
    await makeUnreadable();
    await push('2', other);
    await examineAll({ hold, now: () => NOW });
    expect(await evaluateDue()).toEqual([]);
    expect(await open()).toEqual(['known 1', 'known 2', 'of-another-version 1']);
  });

  it('catches up, over all tags, when it can be read again', async () => {
    await makeUnreadable();
    await push('2', other);
    await examineAll({ hold, now: () => NOW });
    await makeReadable();
    expect(await evaluateDue()).toEqual(['of-another-version']);
    expect(await open()).toEqual(['known 1', 'known 2', 'of-another-version 1', 'of-another-version 2']);
  });

  it('closes what it had found once it is removed', async () => {
    await makeUnreadable();
    await recordPolicies(db.catalog, [policyOf('known')], NOW);
    expect(await evaluateDue()).toEqual(['of-another-version']);
    expect(await open()).toEqual(['known 1']);
  });

  it('stands with what it had found as failing, in the list and in the report', async () => {
    await makeUnreadable();
    const policies = await findPolicies(db.catalog.pool);
    const failing = { inScope: 1, passing: 0, failing: 1 };
    expect(await countVerdicts(db.catalog.pool, policies, NOW)).toEqual([failing, failing]);
    const asked = { where: null, policy: null, mediaTypes: null, limit: 10 };
    for (const asOf of [null, NOW])
      expect(await makeReport(db.catalog, { name: 'policies', ...asked, asOf }, NOW)).toMatchObject({
        policies: [
          { name: 'known', isEvaluated: true, ...failing },
          { name: 'of-another-version', isEvaluated: false, ...failing },
        ],
      });
    const ofIts = { name: 'coverage', ...asked, asOf: null, policy: 'of-another-version' } as const;
    await expect(makeReport(db.catalog, ofIts, NOW)).rejects.toMatchObject({ code: 'unreadable-policy' });
  });
});
