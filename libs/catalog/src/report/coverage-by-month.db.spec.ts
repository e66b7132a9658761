import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { NamespaceCoverage, ReportOf } from '@strata/report';
import type { KnownTag } from '../filter/testing/known-tag.js';
import { coverageOf } from '../testing/world/coverage-oracle.js';
import { buildWorld } from '../testing/world/build-world.js';
import { knownTagsOf } from '../testing/world/known-tags-of.js';
import { writeWorld } from '../testing/world/write-world.js';
import { freshDatabase, type FreshDatabase } from '../testing/fresh-database.js';
import { lastMonths } from './months.js';
import { makeReport } from './make-report.js';

/** What a look at every tag alone gives. */
function figuresOf(tags: readonly KnownTag[]): Omit<NamespaceCoverage, 'namespace'> {
  const groups = (by: 'architecture' | 'platform') =>
    coverageOf(tags, [by]).map(({ key: [name = ''], tags: count }) => ({ name, tags: count }));
  const runnable = tags.filter(({ platforms }) => platforms.length > 0).length;
  return { tags: tags.length, runnable, architectures: groups('architecture'), platforms: groups('platform') };
}

describe.each([1, 2, 3, 4])('coverage in the made-up catalog %i', (seed) => {
  const world = buildWorld(seed);
  let db: FreshDatabase;
  let report: ReportOf<'coverage'>;
  beforeAll(async () => {
    db = await freshDatabase();
    await writeWorld(db.catalog, world);
    const asked = { name: 'coverage', where: null, policy: null, mediaTypes: null, asOf: null, limit: 100 } as const;
    const made = await makeReport(db.catalog, asked, new Date('2030-01-01'));
    if (made.report !== 'coverage') throw new Error('another report than was asked for');
    report = made;
  });
  afterAll(() => db.drop());

  it('is now, in all and by namespace, what a look at every tag gives', () => {
    const tags = knownTagsOf(world, null);
    const { tags: all, runnable, architectures, platforms } = report;
    expect({ tags: all, runnable, architectures, platforms }).toEqual(figuresOf(tags));
    const namespaces = Map.groupBy(tags, ({ repository }) =>
      repository.includes('/') ? (repository.split('/')[0] ?? '') : '',
    );
    expect(new Map(report.namespaces.listed.map(({ namespace, ...figures }) => [namespace, figures]))).toEqual(
      new Map([...namespaces].map(([namespace, members]) => [namespace, figuresOf(members)])),
    );
  });

  it('is at the end of each month what a look at every tag of that moment gives', async () => {
    const { rows } = await db.catalog.pool.query<{ at: Date }>('SELECT max(at) AS at FROM change');
    expect(report.asOf).toBe(rows[0]?.at.toISOString());
    for (const [index, { month, at }] of lastMonths(new Date(report.asOf)).entries()) {
      const figures = figuresOf(knownTagsOf(world, at));
      expect(report.months[index]).toMatchObject({ month, at: at.toISOString(), ...figures });
    }
    expect(report.months.filter(({ tags }) => tags > 0).length).toBeGreaterThan(1);
  });
});
