import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { TagFilter } from '../filter/tag-filter.js';
import { inTransaction, type Catalog, type Sql } from '../open-catalog.js';
import { findCoverage, type CoverageKey } from '../tag/find-coverage.js';
import { countTags } from '../tag/find-tags.js';
import { freshDatabase, type FreshDatabase } from '../testing/fresh-database.js';
import { buildWorld, WORLD_WORDS } from '../testing/world/build-world.js';
import { writeWorld } from '../testing/world/write-world.js';
import { foldTagCounts, recountTags } from './fold-tag-counts.js';

const FILTERS: readonly TagFilter[] = [
  {},
  { platforms: { lacks: ['arm64'] } },
  { registry: { eq: WORLD_WORDS.registries[0] }, not: { format: ['oci_index'] } },
  { repository: { contains: 'a' }, or: [{ platforms: { has: ['amd64'] } }, { format: ['docker_schema2'] }] },
];
const KEYS = ['platform', 'architecture', 'platform-set', 'format', 'registry', 'namespace'] as const;
const GROUPINGS: readonly (readonly CoverageKey[])[] = [...KEYS.map((key) => [key]), ['architecture', 'format']];

/** What somebody does to tags; the numbers choose among those that there are. */
const step = fc.record({
  what: fc.constantFrom('move', 'move', 'move', 'delete', 'insert', 'observe', 'remove'),
  tags: fc.array(fc.nat(60), { minLength: 1, maxLength: 5 }),
  manifest: fc.nat(1_000),
  isKept: fc.boolean(),
});
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

const POINT = `manifest_id = pointed.id, platform_set_id = pointed.platform_set_id, format = pointed.format,
  total_bytes = pointed.total_bytes, pushed_at = now()`;
const POINTED = `(SELECT * FROM manifest ORDER BY id OFFSET $2::int % (SELECT count(*) FROM manifest) LIMIT 1) AS pointed`;
const STATEMENTS = {
  move: `UPDATE tag SET ${POINT} FROM ${POINTED} WHERE tag.id = ANY ($1::bigint[])`,
  delete: `UPDATE tag SET manifest_id = NULL, platform_set_id = NULL, format = NULL, total_bytes = NULL, pushed_at = NULL
            WHERE id = ANY ($1::bigint[]) AND $2::int >= 0`,
  insert: `INSERT INTO tag (repository_id, name, reference, version, manifest_id, platform_set_id, format, total_bytes,
                            pushed_at, observed_at)
           SELECT repository.id, new.name, new.name, 1, pointed.id, pointed.platform_set_id, pointed.format,
                  pointed.total_bytes, now(), now()
             FROM ${POINTED},
                  (SELECT gen_random_uuid()::text AS name FROM unnest($1::bigint[])) AS new,
                  (SELECT id FROM repository ORDER BY id OFFSET $2::int % (SELECT count(*) FROM repository) LIMIT 1) AS repository`,
  observe: `UPDATE tag SET observed_at = now() WHERE id = ANY ($1::bigint[]) AND $2::int >= 0`,
  remove: `DELETE FROM tag WHERE id = ANY ($1::bigint[]) AND $2::int >= 0 AND NOT EXISTS (SELECT FROM tag_interval WHERE tag_id = tag.id)`,
} as const;

async function take(catalog: Catalog, { what, tags, manifest, isKept }: Step): Promise<void> {
  const undone = new Error('undone');
  await inTransaction(catalog, async (db) => {
    await db.query('SELECT FROM tag WHERE id = ANY ($1::bigint[]) ORDER BY id FOR UPDATE', [tags]);
    await db.query(STATEMENTS[what], [tags, manifest]);
    if (!isKept) throw undone;
  }).catch((error: unknown) => {
    if (error !== undone) throw error;
  });
}

/** The same questions, asked of every tag there is: by a condition that no counts know. */
const asTags = (where: TagFilter): TagFilter => ({ ...where, size: { min: 0n } });

/** All answers within one snapshot, from counts and from tags. */
async function compare(catalog: Catalog): Promise<void> {
  await inTransaction(catalog, async (db) => {
    await db.query('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ');
    for (const where of FILTERS) expect(await answers(db, where)).toEqual(await answers(db, asTags(where)));
  });
}

async function answers(db: Sql, where: TagFilter) {
  const coverage = [];
  for (const by of GROUPINGS) coverage.push(await findCoverage(db, { by, where }));
  return { count: await countTags(db, { where, scope: { kind: 'everywhere' } }), coverage };
}

const counted = async ({ catalog }: FreshDatabase): Promise<unknown> => {
  const dump = async (table: string): Promise<readonly object[]> =>
    (await catalog.pool.query<object>(`SELECT * FROM ${table} ORDER BY 1, 2, 3`)).rows;
  return Promise.all(['repository_tag_count', 'tag_count', 'coverage_count'].map(dump));
};

describe('the counts of live tags', () => {
  let db: FreshDatabase;
  beforeEach(async () => {
    db = await freshDatabase();
    await writeWorld(db.catalog, buildWorld(3));
  }, 60_000);
  afterEach(() => db.drop());

  it('are those of the tags at every moment, whoever writes, takes back and folds meanwhile', async () => {
    const lines = fc.array(fc.array(step, { minLength: 1, maxLength: 8 }), { minLength: 2, maxLength: 4 });
    const folds = fc.array(fc.integer({ min: 1, max: 12 }), { maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(lines, folds, async (writers, limits) => {
        const write = async (steps: readonly Step[]) => {
          for (const one of steps) await take(db.catalog, one);
        };
        const fold = async () => {
          for (const limit of limits) await foldTagCounts(db.catalog, limit);
        };
        const look = async () => {
          for (let count = 0; count < 2; count += 1) await compare(db.catalog);
        };
        await Promise.all([...writers.map(write), fold(), fold(), look()]);
        await compare(db.catalog);
      }),
      { numRuns: 12 },
    );
    while ((await foldTagCounts(db.catalog)) > 0);
    await compare(db.catalog);
    const folded = await counted(db);
    await recountTags(db.catalog);
    expect(await counted(db)).toEqual(folded);
  }, 120_000);

  it('note nothing for tags that were only seen again', async () => {
    while ((await foldTagCounts(db.catalog)) > 0);
    await db.catalog.pool.query('UPDATE tag SET observed_at = now(), version = version + 1');
    expect((await db.catalog.pool.query('SELECT FROM tag_count_todo')).rowCount).toBe(0);
  });

  it('are empty when the tags are', async () => {
    await foldTagCounts(db.catalog, 3);
    await db.catalog.pool.query('TRUNCATE tag CASCADE');
    expect(await countTags(db.catalog.pool, { scope: { kind: 'everywhere' } })).toEqual([0]);
    expect(await findCoverage(db.catalog.pool, { by: ['registry'] })).toEqual([]);
  });
});
