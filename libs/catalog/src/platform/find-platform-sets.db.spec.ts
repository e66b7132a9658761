import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { platformIds } from '../dictionary/platform-ids.js';
import { freshDatabase, type FreshDatabase } from '../testing/fresh-database.js';
import { watchedSql } from '../testing/watched-sql.js';
import { findPlatformSets, findPlatformSetsById } from './find-platform-sets.js';
import { platformSetIds } from './platform-set-ids.js';

let db: FreshDatabase;
beforeAll(async () => {
  db = await freshDatabase();
});
afterAll(() => db.drop());

/** Adds a set, as another process does. */
async function addSet(names: readonly string[]): Promise<number> {
  const ids = await platformIds(
    db.catalog,
    names.map((name) => {
      const [os = '', architecture = ''] = name.split('/');
      return { os, architecture, variant: null, osVersion: null, osFeatures: [] };
    }),
  );
  const [id] = await platformSetIds(db.catalog.pool, [names.map((name) => ids.get(name) ?? 0)]);
  return id ?? 0;
}

function namesOf(set: readonly { readonly name: string }[] | undefined): readonly string[] | undefined {
  return set?.map(({ name }) => name);
}

it('no set is missed, however many were read before, and those that are known are asked for no more', async () => {
  const { sql, rowsRead } = watchedSql(db.catalog.pool);
  const first = await addSet(['linux/arm64', 'linux/amd64']);
  expect(namesOf((await findPlatformSets(sql)).get(first))).toEqual(['linux/amd64', 'linux/arm64']);
  const later = [await addSet([]), await addSet(['linux/s390x']), await addSet(['linux/amd64', 'windows/amd64'])];
  const all = await findPlatformSets(sql);
  expect([first, ...later].map((id) => namesOf(all.get(id)))).toEqual([
    ['linux/amd64', 'linux/arm64'],
    [],
    ['linux/s390x'],
    ['linux/amd64', 'windows/amd64'],
  ]);
  expect(rowsRead).toHaveLength(2);
  expect((await findPlatformSetsById(sql, later)).map(namesOf)).toEqual(later.map((id) => namesOf(all.get(id))));
  expect(rowsRead).toHaveLength(2);
  const latest = await addSet(['linux/riscv64']);
  expect((await findPlatformSetsById(sql, [latest, first, -1])).map(namesOf)).toEqual([
    ['linux/riscv64'],
    ['linux/amd64', 'linux/arm64'],
    [],
  ]);
});
