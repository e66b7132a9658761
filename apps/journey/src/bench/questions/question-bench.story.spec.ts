import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { freshDatabase, type FreshDatabase } from '@strata/catalog/testing';
import { loadCatalog } from '../../seed/load-catalog.js';
import { SEED_SIZES } from '../../seed/seed-size.js';
import { HOT_QUESTIONS } from './hot-questions.js';
import { measureQuestions } from './question-bench.js';

let database: FreshDatabase;
beforeAll(async () => {
  database = await freshDatabase();
  await loadCatalog(database.url, SEED_SIZES.tiny, '1');
  // So small a table is read whole; what is to be seen are the plans of a large one.
  await database.catalog.pool.query(
    `DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET enable_seqscan = off', current_database()); END $$`,
  );
}, 120_000);
afterAll(() => database.drop());

describe('the bench of questions, on a thousand tags', () => {
  it('gets an answer to every hot question, from the API and from its SQL alone, and no more is read for it than is known', async () => {
    const { questions } = await measureQuestions(database.url, HOT_QUESTIONS, { roundMs: 40, rounds: 1, variants: 2 });
    expect(questions.map(({ question }) => question)).toEqual(HOT_QUESTIONS);
    expect(questions.filter(({ api, bare }) => api.failures + bare.failures > 0)).toEqual([]);
    const unexpected = questions.filter(
      ({ question, visited }) => question.looksAtMore === undefined && visited.rows > question.visitedRows,
    );
    expect(unexpected.map(({ question: { name }, visited }) => ({ name, visited }))).toEqual([]);
  }, 120_000);
});
