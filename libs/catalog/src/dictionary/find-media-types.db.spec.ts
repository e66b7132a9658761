import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { freshDatabase, type FreshDatabase } from '../testing/fresh-database.js';
import { watchedSql } from '../testing/watched-sql.js';
import { findMediaTypes } from './find-media-types.js';
import { mediaTypeIds } from './media-type-ids.js';

let db: FreshDatabase;
beforeAll(async () => {
  db = await freshDatabase();
});
afterAll(() => db.drop());

it('no media type is missed, however many were read before, and those that are known are not read again', async () => {
  const { sql, rowsRead } = watchedSql(db.catalog.pool);
  const before = (await findMediaTypes(sql)).size;
  const early = await mediaTypeIds(db.catalog, ['application/x-early']);
  // An id that was given late, as by a transaction that began before the others and ended after them.
  await db.catalog.pool.query(`INSERT INTO media_type (id, name) VALUES (-1, 'application/x-late')`);
  const types = await findMediaTypes(sql);
  expect(types.get(early.get('application/x-early') ?? 0)).toBe('application/x-early');
  expect(types.get(-1)).toBe('application/x-late');
  expect((await findMediaTypes(sql)).size).toBe(before + 2);
  expect(rowsRead).toEqual([before, 2, 0]);
});
