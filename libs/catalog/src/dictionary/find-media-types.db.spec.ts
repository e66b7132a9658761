import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { openCatalog, type Catalog, type Sql } from '../open-catalog.js';
import { freshDatabase, type FreshDatabase } from '../testing/fresh-database.js';
import { findMediaTypes } from './find-media-types.js';
import { mediaTypeIds } from './media-type-ids.js';

let db: FreshDatabase;
let reading: Catalog;
beforeAll(async () => {
  db = await freshDatabase();
  reading = openCatalog({ databaseUrl: db.url });
});
afterAll(async () => {
  await reading.close();
  await db.drop();
});

it('no media type is missed, however many were read before, and those that are known are not read again', async () => {
  const read: number[] = [];
  const sql: Sql = {
    async query(...args: Parameters<Sql['query']>) {
      const result = await reading.pool.query(...args);
      read.push(result.rows.length);
      return result;
    },
  };
  const before = (await findMediaTypes(sql)).size;
  const early = await mediaTypeIds(db.catalog, ['application/x-early']);
  // An id that was given late, as by a transaction that began before the others and ended after them.
  await db.catalog.pool.query(`INSERT INTO media_type (id, name) VALUES (-1, 'application/x-late')`);
  const types = await findMediaTypes(sql);
  expect(types.get(early.get('application/x-early') ?? 0)).toBe('application/x-early');
  expect(types.get(-1)).toBe('application/x-late');
  expect((await findMediaTypes(sql)).size).toBe(before + 2);
  expect(read).toEqual([before, 2, 0]);
});
