import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { RepositoryFilter } from '../filter/repository-filter.js';
import { freshDatabase, type FreshDatabase } from '../testing/fresh-database.js';
import { findRepositories } from './find-repositories.js';

/** More than are looked at in their order at once. `early-` comes first of all, `late-` last; every third is of another registry. */
const NAMES = Array.from({ length: 2_000 }, (_, place) => {
  const word = ['api', 'worker', 'gateway'][place % 3] ?? '';
  const team = place < 40 ? 'a/early' : place >= 1_800 ? 'z/late' : `team-${place % 7}`;
  return `${team}-${word}-${place}`;
});
const hostOf = (place: number): string => (place % 3 === 0 ? 'two.example' : 'one.example');

let db: FreshDatabase;
beforeAll(async () => {
  db = await freshDatabase();
  await db.catalog.pool.query(`INSERT INTO registry (host) VALUES ('one.example'), ('two.example')`);
  await db.catalog.pool.query(
    `INSERT INTO repository (registry_id, name) SELECT registry.id, new.name
       FROM unnest($1::text[], $2::text[]) AS new (host, name) JOIN registry USING (host)`,
    [NAMES.map((_, place) => hostOf(place)), NAMES],
  );
  await db.catalog.pool.query('ANALYZE repository');
});
afterAll(() => db.drop());

async function found(where: RepositoryFilter, orderBy: 'name-asc' | 'name-desc', first: number, pages: number) {
  const names: string[] = [];
  let after: string | null = null;
  for (let page = 0; page < pages; page += 1) {
    const [one] = await findRepositories(db.catalog.pool, {
      ...{ where, orderBy, first, after },
      scope: { kind: 'everywhere' },
    });
    names.push(...(one?.rows ?? []).map(({ row }) => row.name));
    after = one?.rows.at(-1)?.cursor ?? null;
    if (!one?.hasNextPage) return { names, hasMore: false };
  }
  return { names, hasMore: true };
}

describe('repositories by a fragment of their name', () => {
  const fragment = fc.oneof(
    fc.constantFrom('early', 'late', 'api', 'worker-1', 'way', 'team', '', '-', 'nobody', 'gateway-19', '-1999', 'er'),
    fc.nat(1_999).map(String),
  );
  const asked = fc.record({
    fragment,
    isGlob: fc.boolean(),
    host: fc.constantFrom(null, 'one.example', 'two.example'),
    orderBy: fc.constantFrom('name-asc', 'name-desc'),
    first: fc.constantFrom(1, 7, 100),
  });

  it('are those that a plain look at all names finds, in order and page by page, be they few, many or far behind', async () => {
    await fc.assert(
      fc.asyncProperty(asked, async ({ fragment: text, isGlob, host, orderBy, first }) => {
        const sorted = NAMES.filter(
          (name, place) => name.includes(text) && (host ?? hostOf(place)) === hostOf(place),
        ).sort();
        const expected = orderBy === 'name-asc' ? sorted : sorted.reverse();
        const name = isGlob ? { glob: `**${text}**` } : { contains: text };
        const where = { name, ...(host !== null && { registry: { eq: host } }) };
        const { names, hasMore } = await found(where, orderBy, first, 4);
        expect(names).toEqual(expected.slice(0, 4 * first));
        expect(hasMore).toBe(expected.length > 4 * first);
      }),
      { numRuns: 150 },
    );
  }, 60_000);
});
