import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { countTags, findTags } from '../tag/find-tags.js';
import { freshDatabase, type FreshDatabase } from '../testing/fresh-database.js';
import type { TagFilter } from './tag-filter.js';
import { platformFilter, tagFilterOf, textFilterOf } from './testing/any-filter.js';
import { KNOWN_WORDS, knownTags, NAMES, REGISTRIES, REPOSITORIES } from './testing/known-tags.js';
import { tagMatches } from './testing/tag-matches.js';
import { writeKnownTags } from './testing/write-known-tags.js';

let db: FreshDatabase;

beforeAll(async () => {
  db = await freshDatabase();
  await writeKnownTags(db.catalog);
}, 60_000);

afterAll(async () => {
  await db.drop();
});

describe('a tag filter', () => {
  async function check(where: TagFilter): Promise<void> {
    const expected = knownTags.filter((tag) => tagMatches(tag, where)).map(({ reference }) => reference);
    const [page] = await findTags(db.catalog.pool, {
      where,
      orderBy: 'reference-asc',
      first: 100,
      scope: { kind: 'everywhere' },
    });
    expect(page?.rows.map(({ row }) => row.reference)).toEqual(
      expected.sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))).slice(0, 100),
    );
    expect(await countTags(db.catalog.pool, { where, scope: { kind: 'everywhere' } })).toEqual([expected.length]);
  }

  it('finds what a plain look at every tag finds', async () => {
    await fc.assert(fc.asyncProperty(tagFilterOf(KNOWN_WORDS), check), { numRuns: 300 });
  }, 60_000);

  it('is tried with filters that find something and not everything', () => {
    const found = fc
      .sample(tagFilterOf(KNOWN_WORDS), { numRuns: 300, seed: 42 })
      .map((where) => knownTags.filter((tag) => tagMatches(tag, where)).length);
    expect(found.filter((count) => count > 0 && count < knownTags.length).length).toBeGreaterThan(50);
  });

  it.each(['registry', 'repository', 'name'] as const)(
    'matches texts as a plain look does: %s',
    async (field) => {
      await fc.assert(
        fc.asyncProperty(textFilterOf([...REGISTRIES, ...REPOSITORIES, ...NAMES]), (text) => check({ [field]: text })),
        { numRuns: 100 },
      );
    },
    60_000,
  );

  it('decides platforms as a plain look does', async () => {
    await fc.assert(
      fc.asyncProperty(platformFilter, (platforms) => check({ platforms })),
      { numRuns: 100 },
    );
  }, 60_000);

  it.each<[string, string, readonly string[]]>([
    ['* stays within a segment', 'team/*', ['team/app', 'team/web']],
    ['** crosses segments', 'team/**', ['team/app', 'team/web/api', 'team/web']],
    ['? is one character, and no slash', 'te?m/we?b', ['te_m/we%b']],
    ['what LIKE would read is read as it stands', 'te_m/*', ['te_m/we%b']],
    ['without a star it is the whole name', 'app', ['app']],
  ])('globs: %s', async (_, glob, expected) => {
    const { pool } = db.catalog;
    const query = { where: { repository: { glob }, name: { eq: '1' }, registry: { eq: 'a.example' } }, first: 100 };
    const [page] = await findTags(pool, { ...query, orderBy: 'reference-asc', scope: { kind: 'everywhere' } });
    expect(page?.rows.map(({ row }) => row.reference)).toEqual(expected.map((name) => `a.example/${name}:1`));
  });
});
