import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { platformIds } from '../dictionary/platform-ids.js';
import { freshDatabase, type FreshDatabase } from '../testing/fresh-database.js';
import { watchedSql } from '../testing/watched-sql.js';
import { findPlatformsById, knownPlatform } from './find-platforms.js';

let db: FreshDatabase;
beforeAll(async () => {
  db = await freshDatabase();
});
afterAll(() => db.drop());

async function add(architecture: string): Promise<number> {
  const platform = { os: 'linux', architecture, variant: null, osVersion: null, osFeatures: [] };
  return (await platformIds(db.catalog, [platform])).get(`linux/${architecture}`) ?? 0;
}

it('no platform is missed, however many were read before, and those that are known are asked for no more', async () => {
  const { sql, rowsRead } = watchedSql(db.catalog.pool);
  const early = await add('early');
  expect(knownPlatform(sql, early)).toBeUndefined();
  expect(await findPlatformsById(sql, [early])).toMatchObject([{ id: early, name: 'linux/early' }]);
  expect(knownPlatform(sql, early)).toMatchObject({ name: 'linux/early' });
  const late = await add('late');
  expect(await findPlatformsById(sql, [early, late, -1])).toMatchObject([
    { name: 'linux/early' },
    { name: 'linux/late' },
    null,
  ]);
  expect(await findPlatformsById(sql, [late, early])).toHaveLength(2);
  expect(rowsRead.slice(1)).toEqual([1]);
});
