import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { tagFilterOf } from '../filter/testing/any-filter.js';
import { tagMatches } from '../filter/testing/tag-matches.js';
import { writeTagFilter } from '../filter/testing/write-tag-filter.js';
import type { TagFilter } from '../filter/tag-filter.js';
import { findTags } from '../tag/find-tags.js';
import { freshDatabase, type FreshDatabase } from '../testing/fresh-database.js';
import { buildWorld } from '../testing/world/build-world.js';
import { knownTagsOf } from '../testing/world/known-tags-of.js';
import { writeWorldFindings } from '../testing/world/world-findings.js';
import { wordsOf } from '../testing/world/world-words.js';
import { writeWorld } from '../testing/world/write-world.js';
import { findViolations } from './find-violations.js';
import { aPolicy } from './testing/a-policy.js';
import { sweptViolations } from './testing/swept-violations.js';

const now = new Date('2026-09-01T00:00:00Z');
const everywhere = { kind: 'everywhere' } as const;

describe.each([1, 2, 3, 4])('in the made-up catalog %i', (seed) => {
  const world = buildWorld(seed);
  let db: FreshDatabase;
  let tags: ReadonlyMap<bigint, string>;

  beforeAll(async () => {
    db = await freshDatabase();
    await writeWorld(db.catalog, world);
    await writeWorldFindings(db.catalog, world);
    const { rows } = await db.catalog.pool.query<{ id: bigint; reference: string }>('SELECT id, reference FROM tag');
    tags = new Map(rows.map(({ id, reference }) => [id, reference]));
  }, 60_000);
  afterAll(() => db.drop());

  const filter = tagFilterOf(wordsOf(world));

  it('filters decide about tags one by one, and about all at once, as the statements made of them do and as a plain look does', async () => {
    const known = knownTagsOf(world);
    const policies = fc.array(fc.tuple(filter, filter), { minLength: 1, maxLength: 3 });
    await fc.assert(
      fc.asyncProperty(policies, fc.boolean(), async (pairs, isSome) => {
        const looked = [...tags.keys()].filter((id) => !isSome || id % 2n === 0n);
        const policies = pairs.map(([where, require], index) =>
          aPolicy({ id: index + 1, where: writeTagFilter(where), require: writeTagFilter(require) }),
        );
        const violations = await findViolations(db.catalog.pool, { tagIds: looked, policies, now });
        const swept = await sweptViolations(db.catalog, policies, now);
        for (const [index, [where, require]] of pairs.entries()) {
          const found = violations.filter(({ policyId }) => policyId === index + 1);
          const references = found.map(({ tagId }) => tags.get(tagId ?? 0n)).sort();
          const asked: TagFilter = { and: [where], not: require };
          const isLooked = (reference: string): boolean => looked.some((id) => tags.get(id) === reference);
          const plain = known.filter((tag) => tagMatches(tag, asked)).map(({ reference }) => reference);
          expect(references).toEqual(plain.filter(isLooked).sort());
          expect(
            swept
              .get(index + 1)
              ?.map((id) => tags.get(id))
              .sort(),
          ).toEqual(plain.toSorted());
          const query = { where: asked, orderBy: 'reference-asc', first: 100, scope: everywhere } as const;
          const [page] = await findTags(db.catalog.pool, query);
          expect(
            page?.rows
              .map(({ row }) => row.reference)
              .filter(isLooked)
              .sort(),
          ).toEqual(references);
        }
      }),
      { numRuns: 80 },
    );
  }, 120_000);
});
