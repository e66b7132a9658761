import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { digestFromBytes } from '../digest-bytes.js';
import type { Sql } from '../open-catalog.js';
import { evaluatePolicies } from '../policy/evaluate-policies.js';
import { findPolicies } from '../policy/find-policies.js';
import { findViolations } from '../policy/find-violations.js';
import type { WrittenPolicy } from '../policy/policy.js';
import { recordPolicies } from '../policy/record-policies.js';
import { STORED_WORDS } from '../stored-words.js';
import { freshDatabase, type FreshDatabase } from '../testing/fresh-database.js';
import { chooser } from '../testing/world/build-world.js';
import { buildFindingHistory } from '../testing/world/finding-history.js';
import { findingsOf, type KnownFinding } from '../testing/world/finding-oracle.js';
import { openWorld } from '../testing/world/write-world.js';
import { beginExamination } from './examine-everything.js';
import { examinePart, type ExaminationTools } from './examine-lot.js';
import type { ExaminationHold } from './hold-examination.js';
import { examineAll, examineFromNothing } from './testing/examine-all.js';
import { heldExamination } from './testing/held-examination.js';

const HAVE_SINCE = ['platform_lost', 'tag_rolled_back'];

async function openFindingsOf(sql: Sql): Promise<readonly KnownFinding[]> {
  const { rows } = await sql.query<Omit<KnownFinding, 'since'> & { digest: Buffer; isOfTag: boolean; openedAt: Date }>(
    `SELECT finding.kind, subject, detail, opened_at AS "openedAt", tag.id IS NOT NULL AS "isOfTag", manifest.digest,
            coalesce(tag.reference, registry.host || '/' || repository.name) AS about
       FROM finding
       LEFT JOIN tag ON tag.id = finding.tag_id
       JOIN manifest ON manifest.id = finding.manifest_id
       JOIN repository ON repository.id = finding.repository_id
       JOIN registry ON registry.id = repository.registry_id
      WHERE closed_at IS NULL AND finding.kind <> 'policy'`,
  );
  return rows.map(({ kind, about, subject, detail, digest, isOfTag, openedAt }) => ({
    kind,
    about: isOfTag ? about : `${about}@${digestFromBytes(digest)}`,
    subject,
    detail,
    since: HAVE_SINCE.includes(kind) ? openedAt : null,
  }));
}

function sorted(findings: readonly KnownFinding[]): readonly KnownFinding[] {
  const keyOf = ({ about, kind, subject }: KnownFinding): string => `${about} ${kind} ${subject}`;
  return [...findings].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
}

const shown = new Set<string>();

/** Filters whose answers hang on other things than the tag itself. */
const POLICIES: readonly WrittenPolicy[] = [
  { where: {}, require: { referrer: { glob: '*' } } },
  { where: {}, require: { attestation: ['SIGNATURE', 'SBOM'] } },
  { where: {}, require: { not: { finding: ['BROKEN_INDEX', 'STALE_BASE', 'PLATFORM_MISMATCH'] } } },
  { where: { derivedFrom: 'team/app:1' }, require: { platforms: { has: ['linux/amd64'] } } },
  { where: {}, require: { not: { derivedFrom: 'a.example/app:latest' } } },
  { where: {}, require: { not: { basesBehind: 2 } } },
  { where: { platforms: { has: ['linux/amd64'] } }, require: { labels: [{ key: 'team' }] } },
].map((filters, index) => ({ ...filters, name: `p${index}`, severity: 'low', description: null, owner: null }));

async function violationsOpen(sql: Sql): Promise<readonly string[]> {
  const { rows } = await sql.query<{ key: string }>(
    `SELECT policy_id || ' ' || tag_id AS key FROM finding WHERE closed_at IS NULL AND kind = 'policy' ORDER BY 1`,
  );
  return rows.map(({ key }) => key);
}

async function violationsOfAll(sql: Sql): Promise<readonly string[]> {
  const { rows } = await sql.query<{ id: bigint }>('SELECT id FROM tag');
  const policies = await findPolicies(sql);
  const query = { tagIds: rows.map(({ id }) => id), policies, now: new Date() };
  const found = await findViolations(sql, query);
  return found.map(({ policyId, tagId }) => `${policyId} ${tagId}`).sort();
}

describe.each([3, 5])('in the made-up history %i', (seed) => {
  const world = buildFindingHistory(seed);
  const choose = chooser(seed);
  let db: FreshDatabase;
  let hold: ExaminationHold;
  beforeEach(async () => {
    db = await freshDatabase();
    hold = await heldExamination(db.catalog);
  });
  afterEach(async () => {
    await hold.release();
    await db.drop();
  });

  it('what is open after any step is what a plain look at everything finds, and an examination from nothing changes nothing', async () => {
    const tools: ExaminationTools = { hold, now: () => new Date() };
    const write = await openWorld(db.catalog, world);
    await recordPolicies(db.catalog, POLICIES, new Date());
    for (const [done, step] of world.steps.entries()) {
      await write(step);
      if (choose.below(3) === 0 && done < world.steps.length - 1) continue; // several steps in one lot
      // Now and then so little may hang on one change that what hangs on it is examined in pages.
      await examineAll(tools, { changes: 3, hanging: choose.below(2) === 0 ? 1 : 100 });
      const expected = findingsOf({ ...world, steps: world.steps.slice(0, done + 1) });
      expect(sorted(await openFindingsOf(hold.sql))).toEqual(sorted(expected));
      expect(await violationsOpen(hold.sql)).toEqual(await violationsOfAll(hold.sql));
      expect(await examineFromNothing(tools)).toEqual({ opened: [], closed: [] });
    }
    const { rows } = await hold.sql.query<{ kind: string }>('SELECT DISTINCT kind FROM finding');
    for (const { kind } of rows) shown.add(kind);
  }, 120_000);

  it('an evaluation of policies over all tags that goes on while they move undoes nothing of what was found of them since', async () => {
    const tools: ExaminationTools = { hold, now: () => new Date() };
    const write = await openWorld(db.catalog, world);
    const steps = [...world.steps];
    for (const step of steps.splice(0, Math.ceil(steps.length / 3))) await write(step);
    await examineAll(tools);
    await recordPolicies(db.catalog, POLICIES, new Date());
    const evaluation = evaluatePolicies({ ...tools, catalog: db.catalog, lot: 1 }, await findPolicies(hold.sql));
    let isOver = false;
    const advance = async (lots: number): Promise<void> => {
      for (let seen = 0; seen < lots && !isOver;) {
        const step = await evaluation.next();
        isOver = step.done === true;
        if (step.done !== true && step.value.taken > 0) seen += 1;
      }
    };
    for (const step of steps) {
      await advance(choose.below(4));
      await write(step);
      if (choose.below(2) === 0) await examineAll(tools);
    }
    await examineAll(tools); // before the rest of what was read long ago is written
    await advance(Infinity);
    expect(await violationsOpen(hold.sql)).toEqual(await violationsOfAll(hold.sql));
  }, 120_000);
});

it('a catalog that is older than its findings is examined once, by whoever has the right to, and nobody is told', async () => {
  const world = buildFindingHistory(2);
  const db = await freshDatabase();
  const write = await openWorld(db.catalog, world);
  for (const step of world.steps) await write(step);
  await db.catalog.pool.query('TRUNCATE finding_todo');
  const expected = sorted(findingsOf(world));
  let isFinished = false;
  while (!isFinished) {
    const hold = await heldExamination(db.catalog); // another process after each part
    const tools: ExaminationTools = { hold, now: () => new Date() };
    const { walk } = await examinePart(tools, await beginExamination(hold.sql, tools.now()), 4);
    ({ isFinished } = walk);
    await hold.release();
  }
  expect(sorted(await openFindingsOf(db.catalog.pool))).toEqual(expected);
  const { rows } = await db.catalog.pool.query(`SELECT FROM change WHERE kind IN ('finding_opened', 'finding_closed')`);
  expect(rows).toEqual([]);
  await db.drop();
}, 60_000);

it('the histories have shown every kind of finding', () => {
  expect([...shown].sort()).toEqual(STORED_WORDS.finding_kind.toSorted());
});
