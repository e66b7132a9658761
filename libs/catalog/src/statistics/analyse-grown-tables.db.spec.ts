import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { freshDatabase, type FreshDatabase } from '../testing.js';
import { analyseGrownTables } from './analyse-grown-tables.js';

let database: FreshDatabase;
beforeAll(async () => {
  database = await freshDatabase();
});
afterAll(() => database.drop());

/** Adds media types, and has them counted at once: the server else does so within a second. */
async function add(count: number, prefix: string): Promise<void> {
  const client = await database.catalog.pool.connect();
  await client.query(`INSERT INTO media_type (name) SELECT $1 || n FROM generate_series(1, $2::int) AS n`, [
    prefix,
    count,
  ]);
  await client.query('SELECT pg_stat_force_next_flush()');
  client.release();
}

it('analyses a table that has more than doubled, once, and no other', async () => {
  const { pool } = database.catalog;
  await pool.query('ANALYZE');
  expect(await analyseGrownTables(pool)).toEqual([]);
  await add(1_000, 'a');
  expect(await analyseGrownTables(pool)).toEqual(['public.media_type']);
  const { rows } = await pool.query(`SELECT reltuples::int AS known FROM pg_class WHERE relname = 'media_type'`);
  expect(rows).toEqual([{ known: expect.any(Number) }]);
  expect(rows[0]).not.toEqual({ known: 0 });
  expect(await analyseGrownTables(pool)).toEqual([]);
  await add(1_000, 'b');
  expect(await analyseGrownTables(pool)).toEqual([]); // twice as many are not yet more than twice
});
