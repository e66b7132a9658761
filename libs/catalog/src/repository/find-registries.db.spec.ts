import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { freshDatabase, type FreshDatabase } from '../testing/fresh-database.js';
import { watchedSql } from '../testing/watched-sql.js';
import { findRegistriesById, knownRegistry } from './find-registries.js';

let db: FreshDatabase;
beforeAll(async () => {
  db = await freshDatabase();
});
afterAll(() => db.drop());

it('no registry is missed, however many were read before, and those that are known are asked for no more', async () => {
  const add = (id: number, host: string) =>
    db.catalog.pool.query('INSERT INTO registry (id, host) VALUES ($1, $2)', [id, host]);
  const { sql, rowsRead } = watchedSql(db.catalog.pool);
  await add(7, 'seven.example');
  expect(knownRegistry(sql, 7)).toBeUndefined();
  expect(await findRegistriesById(sql, [7])).toEqual([{ id: 7, host: 'seven.example' }]);
  expect(knownRegistry(sql, 7)).toEqual({ id: 7, host: 'seven.example' });
  await add(3, 'three.example');
  expect(await findRegistriesById(sql, [7, 3, -1, 7])).toEqual([
    { id: 7, host: 'seven.example' },
    { id: 3, host: 'three.example' },
    null,
    { id: 7, host: 'seven.example' },
  ]);
  expect(await findRegistriesById(sql, [3, 7])).toHaveLength(2);
  expect(rowsRead).toEqual([1, 1]);
});
