import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { findingFilterOf } from '../filter/testing/any-finding-filter.js';
import { findingMatches, type KnownFinding } from '../filter/testing/finding-matches.js';
import type { FindingFilter } from '../filter/finding-filter.js';
import { inTransaction, type Catalog } from '../open-catalog.js';
import { STORED_WORDS } from '../stored-words.js';
import { freshDatabase, type FreshDatabase } from '../testing/fresh-database.js';
import { countFindings } from './count-findings.js';
import { findFindings, type FindingOrder, type FindingRow } from './find-findings.js';
import { foldFindingCounts } from './fold-finding-counts.js';
import type { NearFindings } from './pick-findings.js';
import { waive } from './waive.js';
import { closeFindings, openFindings } from './write-findings.js';

const REPOSITORIES = ['team/web', 'team/api', 'library/base', 'a'] as const;
const POLICIES = ['signed', 'multi-arch'] as const;
const { finding_kind: KINDS, severity: SEVERITIES } = STORED_WORDS;

const STEPS = 40;

const at = (minute: number): Date => new Date(Date.UTC(2026, 10, 21, 9, minute));

/** What somebody does to findings; the numbers choose among those that there are. */
const step = fc.record({
  what: fc.oneof(
    { arbitrary: fc.constant('open' as const), weight: 8 },
    { arbitrary: fc.constantFrom(...(['close', 'waive', 'judge', 'remove', 'fold'] as const)), weight: 5 },
  ),
  which: fc.nat(30),
  kind: fc.constantFrom(...KINDS),
  severity: fc.constantFrom(...SEVERITIES),
  repository: fc.nat(REPOSITORIES.length - 1),
  policy: fc.nat(POLICIES.length - 1),
  minute: fc.nat(40),
  isKept: fc.boolean(),
});
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

interface Known extends KnownFinding {
  readonly id: bigint;
  readonly openedAt: Date;
}

let db: FreshDatabase;
let repositoryIds: readonly bigint[];
/** A tag for each step, in each repository. */
let tagIds: readonly (readonly bigint[])[];
let policyIds: readonly number[];
beforeAll(async () => {
  db = await freshDatabase();
  const { pool } = db.catalog;
  await pool.query(`INSERT INTO registry (host) VALUES ('one.example')`);
  const repositories = await pool.query<{ id: bigint }>(
    `INSERT INTO repository (registry_id, name, updated_at)
     SELECT registry.id, name, now() FROM registry, unnest($1::text[]) WITH ORDINALITY AS new (name, place) ORDER BY place RETURNING id`,
    [REPOSITORIES],
  );
  repositoryIds = repositories.rows.map(({ id }) => id);
  const tags = await pool.query<{ id: bigint }>(
    `INSERT INTO tag (repository_id, name, reference, version, observed_at)
     SELECT repository.id, place, 'one.example/' || repository.name || ':' || place, 1, now()
     FROM repository, generate_series(1, $1::int) AS new (place) ORDER BY place, repository.id RETURNING id`,
    [STEPS],
  );
  tagIds = Array.from({ length: STEPS }, (_, place) =>
    tags.rows.slice(place * REPOSITORIES.length).map(({ id }) => id),
  );
  const policies = await pool.query<{ id: number }>(
    `INSERT INTO policy (name, severity, where_filter, require_filter, definition_hash)
     SELECT name, 'high', '{}', '{}', '\\x' FROM unnest($1::text[]) WITH ORDINALITY AS new (name, place) ORDER BY place RETURNING id`,
    [POLICIES],
  );
  policyIds = policies.rows.map(({ id }) => id);
});
afterAll(() => db.drop());

/** Does one step to the database and to the plain list; the writers that are left out on purpose are the tables' owners. */
async function take(catalog: Catalog, known: readonly Known[], one: Step, place: number): Promise<readonly Known[]> {
  const chosen = known[one.which % Math.max(1, known.length)];
  const others = known.filter((each) => each !== chosen);
  if (one.what === 'fold') {
    await foldFindingCounts(catalog, 1 + (one.which % 3));
    return known;
  }
  if (one.what === 'open') return [...known, ...(await open(catalog, one, place))];
  if (chosen === undefined) return known;
  switch (one.what) {
    case 'close':
      await inTransaction(catalog, (sql) => closeFindings(sql, [chosen.id], { at: at(50), tells: false }));
      return [...others, { ...chosen, isOpen: false }];
    case 'waive':
      if (!chosen.isOpen) return known;
      await waive(catalog, { findingId: chosen.id, until: at(one.minute), reason: 'so', by: 'ann', now: at(-1) });
      return [...others, { ...chosen, waivedUntil: at(one.minute) }];
    case 'judge':
      await catalog.pool.query('UPDATE finding SET severity = $2 WHERE id = $1', [chosen.id, one.severity]);
      return [...others, { ...chosen, severity: one.severity }];
    case 'remove':
      await catalog.pool.query('DELETE FROM waiver WHERE finding_id = $1', [chosen.id]);
      await catalog.pool.query('DELETE FROM finding WHERE id = $1', [chosen.id]);
      return others;
  }
}

async function open(catalog: Catalog, one: Step, place: number): Promise<readonly Known[]> {
  const { kind, severity, repository, minute, isKept } = one;
  const undone = new Error('undone');
  const isOfPolicy = kind === 'policy';
  const isOfTag = kind !== 'broken_index';
  const about = {
    ...{ tagId: isOfTag ? (tagIds[place]?.[repository] ?? 0n) : null, manifestId: isOfTag ? null : BigInt(place + 1) },
    ...{ subject: '', detail: null },
  };
  const facts = { kind, severity, policyId: isOfPolicy ? (policyIds[one.policy] ?? 0) : null, since: at(minute) };
  const desired = { ...facts, ...about, repositoryId: repositoryIds[repository] ?? 0n };
  let written: readonly { readonly id: bigint }[] = [];
  await inTransaction(catalog, async (sql) => {
    written = await openFindings(sql, [desired], { at: at(0), tells: false });
    if (!isKept && place % 3 === 0) throw undone;
  }).catch((error: unknown) => {
    if (error !== undone) throw error;
    written = [];
  });
  return written.map(({ id }) => ({
    ...{ id, kind, severity, openedAt: at(minute), isOpen: true, waivedUntil: null },
    policy: isOfPolicy ? (POLICIES[one.policy] ?? null) : null,
    repository: REPOSITORIES[repository] ?? '',
  }));
}

const ORDERS: Readonly<Record<FindingOrder, (a: Known, b: Known) => number>> = {
  'severity-desc': (a, b) =>
    SEVERITIES.indexOf(b.severity) - SEVERITIES.indexOf(a.severity) || ORDERS['opened-desc'](a, b),
  'opened-desc': (a, b) => b.openedAt.getTime() - a.openedAt.getTime() || (a.id < b.id ? 1 : -1),
};

async function all(
  where: FindingFilter,
  orderBy: FindingOrder,
  first: number,
  now: Date,
  near?: NearFindings,
): Promise<readonly FindingRow[]> {
  const rows: FindingRow[] = [];
  let after: string | null = null;
  do {
    const page = await findFindings(db.catalog.pool, { where, now, orderBy, first, after }, near);
    rows.push(...page.rows.map(({ row }) => row));
    after = page.hasNextPage ? (page.rows.at(-1)?.cursor ?? null) : null;
  } while (after !== null);
  return rows;
}

describe('whatever was opened, closed, waived and counted', () => {
  const orderBy = fc.constantFrom(...(['severity-desc', 'opened-desc'] as const));
  const filter = fc.oneof(
    findingFilterOf({ policies: POLICIES, repositories: REPOSITORIES }),
    fc.record<FindingFilter>({
      repository: fc.constantFrom({ startsWith: 'team/' }, { contains: 'b' }),
      waived: fc.option(fc.boolean()),
    }),
  );
  it('every filter finds, in its order and page by page, what a plain look at all findings finds, and counts it', async () => {
    const steps = fc.array(step, { minLength: 12, maxLength: STEPS });
    const questions = fc.array(
      fc.record({
        filter,
        orderBy,
        now: fc.nat(40),
        near: fc.option(fc.record({ many: fc.constant(0), met: fc.integer({ min: 1, max: 6 }) }), { nil: undefined }),
      }),
      { minLength: 8, maxLength: 8 },
    );
    await fc.assert(
      fc.asyncProperty(steps, questions, async (taken, asked) => {
        await db.catalog.pool.query('TRUNCATE finding, waiver');
        let known: readonly Known[] = [];
        for (const [place, one] of taken.entries()) known = await take(db.catalog, known, one, place);
        for (const { filter: where, orderBy, now, near } of asked) {
          const expected = known.filter((each) => findingMatches(each, where, at(now))).sort(ORDERS[orderBy]);
          const found = await all(where, orderBy, 3, at(now), near);
          expect(found.map(({ id, severity }) => [id, severity])).toEqual(
            expected.map(({ id, severity }) => [id, severity]),
          );
          expect(await countFindings(db.catalog.pool, { where, now: at(now) })).toBe(expected.length);
          await foldFindingCounts(db.catalog, 1);
        }
      }),
      { numRuns: 40 },
    );
  }, 180_000);
});
