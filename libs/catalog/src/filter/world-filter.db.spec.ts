import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { foldTagCounts } from '../count/fold-tag-counts.js';
import { countImages, findImages } from '../image/find-images.js';
import { findCoverage, type CoverageKey } from '../tag/find-coverage.js';
import { countTags, findTags } from '../tag/find-tags.js';
import { freshDatabase, type FreshDatabase } from '../testing/fresh-database.js';
import { buildWorld } from '../testing/world/build-world.js';
import { coverageOf } from '../testing/world/coverage-oracle.js';
import { heldImages, imageMatches } from '../testing/world/image-oracle.js';
import { momentsOf, wordsOf } from '../testing/world/world-words.js';
import { knownTagsOf } from '../testing/world/known-tags-of.js';
import { writeWorldFindings } from '../testing/world/world-findings.js';
import { writeWorld } from '../testing/world/write-world.js';
import { imageFilterOf, tagFilterOf } from './testing/any-filter.js';
import { tagMatches } from './testing/tag-matches.js';
import type { TagFilter } from './tag-filter.js';

const COVERAGE_KEYS = ['platform', 'architecture', 'platform-set', 'format', 'registry', 'namespace', 'month'] as const;

const everywhere = { kind: 'everywhere' } as const;

describe.each([1, 2, 3, 4])('in the made-up catalog %i', (seed) => {
  const world = buildWorld(seed);
  const words = wordsOf(world);
  const moment = fc.constantFrom(null, null, ...momentsOf(world));
  let db: FreshDatabase;

  beforeAll(async () => {
    db = await freshDatabase();
    await writeWorld(db.catalog, world);
    await writeWorldFindings(db.catalog, world);
  }, 60_000);
  afterAll(() => db.drop());

  async function check(where: TagFilter, asOf: Date | null): Promise<void> {
    const expected = knownTagsOf(world, asOf)
      .filter((tag) => tagMatches(tag, where))
      .sort((a, b) => Buffer.compare(Buffer.from(a.reference), Buffer.from(b.reference)))
      .map(({ reference, digest, pushedAt, totalBytes }) => ({ reference, digest, pushedAt, totalBytes }));
    const query = { where, asOf, scope: everywhere };
    await foldTagCounts(db.catalog, 1); // what is counted already and what is not yet makes no difference
    const [page] = await findTags(db.catalog.pool, { ...query, orderBy: 'reference-asc', first: 100 });
    const rows = page?.rows.map(({ row }) => row) ?? [];
    const found = rows.map(({ reference, pushedAt, totalBytes }) => ({ reference, pushedAt, totalBytes }));
    expect(found).toEqual(expected.map(({ digest: _, ...rest }) => rest));
    expect(await countTags(db.catalog.pool, query)).toEqual([expected.length]);
  }

  it('every filter finds the tags that a plain look at all of them finds, now and at any moment', async () => {
    await fc.assert(fc.asyncProperty(tagFilterOf(words), moment, check), { numRuns: 150 });
  }, 120_000);

  it.each<[string, (one: TagFilter) => boolean]>([
    ['platforms', ({ platforms }) => Boolean(platforms)],
    ['format', ({ format }) => Boolean(format)],
    ['registry', ({ registry }) => Boolean(registry)],
    ['repository', ({ repository }) => Boolean(repository)],
    ['derivedFrom', ({ derivedFrom }) => derivedFrom !== undefined],
    ['labels', ({ labels }) => (labels?.length ?? 0) > 0],
    ['annotations', ({ annotations }) => (annotations?.length ?? 0) > 0],
    ['referrer', ({ referrer }) => referrer !== undefined],
    ['layer', ({ layer }) => layer !== undefined],
    ['layerMediaType', ({ layerMediaType }) => layerMediaType !== undefined],
    ['user', ({ user }) => user !== undefined],
    ['attestation', ({ attestation }) => (attestation?.length ?? 0) > 0],
    ['basesBehind', ({ basesBehind }) => basesBehind !== undefined],
    ['finding', ({ finding }) => (finding?.length ?? 0) > 0],
  ])(
    'decides %s alone as a plain look does',
    async (field, asks) => {
      const alone = tagFilterOf(words)
        .filter(asks)
        .map((where): TagFilter => Object.fromEntries(Object.entries(where).filter(([name]) => name === field)));
      await fc.assert(fc.asyncProperty(alone, moment, check), { numRuns: 25 });
    },
    120_000,
  );

  it.each(['reference-asc', 'reference-desc'] as const)(
    'the tags of one namespace come page by page as they stand in the order of all: %s',
    async (orderBy) => {
      const sign = orderBy === 'reference-asc' ? 1 : -1;
      for (const startsWith of ['team/', 'team', 't', 'nothing', ...words.repositories]) {
        const where = { repository: { startsWith } };
        const found: string[] = [];
        let after: string | null = null;
        do {
          const query: Parameters<typeof findTags>[1] = { where, scope: everywhere, orderBy, first: 2, after };
          const [page] = await findTags(db.catalog.pool, query);
          found.push(...(page?.rows.map(({ row }) => row.reference) ?? []));
          after = page?.hasNextPage === true ? (page.rows.at(-1)?.cursor ?? null) : null;
        } while (after !== null);
        const expected = knownTagsOf(world, null).filter((tag) => tagMatches(tag, where));
        expect(found).toEqual(
          expected
            .map(({ reference }) => reference)
            .sort((a, b) => sign * Buffer.compare(Buffer.from(a), Buffer.from(b))),
        );
      }
    },
    60_000,
  );

  it('every filter finds the images that a plain look at all of them finds', async () => {
    await fc.assert(
      fc.asyncProperty(imageFilterOf(words), async (where) => {
        const expected = heldImages(world).filter((image) => imageMatches(world, image, where));
        const query = { where, scope: everywhere };
        const [page] = await findImages(db.catalog.pool, { ...query, orderBy: 'size-desc', first: 100 });
        expect(page?.rows.map(({ row }) => row.digest).sort()).toEqual(expected.map(({ digest }) => digest).sort());
        expect(await countImages(db.catalog.pool, query)).toEqual([expected.length]);
      }),
      { numRuns: 100 },
    );
  }, 120_000);

  it('counts every grouping as a plain look does, now and at any moment', async () => {
    const key = fc.constantFrom<CoverageKey>(...COVERAGE_KEYS);
    await fc.assert(
      fc.asyncProperty(
        fc.array(key, { minLength: 1, maxLength: 3 }),
        tagFilterOf(words),
        moment,
        async (by, where, asOf) => {
          const tags = knownTagsOf(world, asOf).filter((tag) => tagMatches(tag, where));
          expect(await findCoverage(db.catalog.pool, { by, where, asOf })).toEqual(coverageOf(tags, by));
        },
      ),
      { numRuns: 60 },
    );
  }, 120_000);
});
