import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { STORED_WORDS } from './stored-words.js';
import { freshDatabase, type FreshDatabase } from './testing.js';

let db: FreshDatabase;
beforeAll(async () => {
  db = await freshDatabase();
});
afterAll(() => db.drop());

it('has exactly the enumerations of the database, word for word', async () => {
  const { rows } = await db.catalog.pool.query<{ name: string; words: string[] }>(
    `SELECT typname AS name, array_agg(enumlabel::text ORDER BY enumsortorder) AS words
       FROM pg_enum JOIN pg_type ON pg_type.oid = enumtypid
      WHERE typnamespace = 'public'::regnamespace GROUP BY typname`,
  );
  expect(Object.fromEntries(rows.map(({ name, words }) => [name, words]))).toEqual(STORED_WORDS);
});
