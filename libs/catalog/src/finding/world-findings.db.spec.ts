import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { digestFromBytes } from '../digest-bytes.js';
import type { Sql } from '../open-catalog.js';
import { STORED_WORDS } from '../stored-words.js';
import { freshDatabase, type FreshDatabase } from '../testing/fresh-database.js';
import { chooser } from '../testing/world/build-world.js';
import { buildFindingHistory } from '../testing/world/finding-history.js';
import { findingsOf, type KnownFinding } from '../testing/world/finding-oracle.js';
import { openWorld } from '../testing/world/write-world.js';
import type { ExaminationTools } from './examine-lot.js';
import { holdExamination, type ExaminationHold } from './hold-examination.js';
import { examineAll, examineFromNothing } from './testing/examine-all.js';

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
      WHERE closed_at IS NULL`,
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

describe.each([2, 3, 4, 5, 6])('in the made-up history %i', (seed) => {
  const world = buildFindingHistory(seed);
  const choose = chooser(seed);
  let db: FreshDatabase;
  let hold: ExaminationHold | null;
  beforeEach(async () => {
    db = await freshDatabase();
    hold = await holdExamination(db.catalog);
  });
  afterEach(async () => {
    await hold?.release();
    await db.drop();
  });

  it('what is open after any step is what a plain look at everything finds, and an examination from nothing changes nothing', async () => {
    if (hold === null) throw new Error('somebody else examines in a database of our own');
    const tools: ExaminationTools = { hold, now: () => new Date() };
    const write = await openWorld(db.catalog, world);
    for (const [done, step] of world.steps.entries()) {
      await write(step);
      if (choose.below(3) === 0 && done < world.steps.length - 1) continue; // several steps in one lot
      // Now and then so little may hang on one change that what hangs on it is examined in pages.
      await examineAll(tools, { changes: 3, hanging: choose.below(2) === 0 ? 1 : 100 });
      const expected = findingsOf({ ...world, steps: world.steps.slice(0, done + 1) });
      expect(sorted(await openFindingsOf(hold.sql))).toEqual(sorted(expected));
      expect(await examineFromNothing(tools)).toEqual({ opened: [], closed: [] });
    }
    const { rows } = await hold.sql.query<{ kind: string }>('SELECT DISTINCT kind FROM finding');
    for (const { kind } of rows) shown.add(kind);
  }, 120_000);
});

it('the histories have shown every kind of finding', () => {
  expect([...shown].sort()).toEqual(STORED_WORDS.finding_kind.filter((kind) => kind !== 'policy').sort());
});
