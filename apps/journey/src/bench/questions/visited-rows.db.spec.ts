import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { freshDatabase, type FreshDatabase } from '@strata/catalog/testing';
import { visitedRows } from './visited-rows.js';

let database: FreshDatabase;
beforeAll(async () => {
  database = await freshDatabase();
  const { pool } = database.catalog;
  await pool.query('CREATE TABLE item AS SELECT id, id % 10 AS kind FROM generate_series(1, 5000) AS id');
  await pool.query('CREATE UNIQUE INDEX item_id ON item (id)');
  await pool.query('ANALYZE item');
});
afterAll(() => database.drop());

const look = (...texts: readonly string[]) =>
  visitedRows(database.catalog.pool, [texts.map((text) => ({ text, values: [] }))]);

it.each([
  ['every row of a scan, those that a filter throws away included', 'SELECT * FROM item WHERE kind = 3', 5_000],
  ['the rows that an index finds, and no others', 'SELECT * FROM item WHERE id BETWEEN 11 AND 20', 10],
  [
    'what is looked up once per row as often as that',
    'SELECT (SELECT kind FROM item AS other WHERE other.id = item.id + 1) FROM item WHERE id <= 20',
    40,
  ],
  ['no more of a page than it has', 'SELECT * FROM item ORDER BY id LIMIT 50', 50],
])('counts %s', async (_, statement, rows) => {
  expect((await look(statement)).rows).toBe(rows);
});

it('adds up all statements of a question, and names the scan that read most', async () => {
  const visited = await look('SELECT * FROM item WHERE id = 7', 'SELECT * FROM item WHERE kind = 3');
  expect(visited).toEqual({ rows: 5_001, most: 'Seq Scan on item: 5000' });
});
