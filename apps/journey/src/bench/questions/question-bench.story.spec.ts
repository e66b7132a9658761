import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { freshDatabase, type FreshDatabase } from '@strata/catalog/testing';
import { loadCatalog } from '../../seed/load-catalog.js';
import { SEED_SIZES } from '../../seed/seed-size.js';
import { HOT_QUESTIONS } from './hot-questions.js';
import { measureQuestions } from './question-bench.js';

let database: FreshDatabase;
beforeAll(async () => {
  database = await freshDatabase();
  await loadCatalog(database.url, SEED_SIZES.small, '1');
}, 120_000);
afterAll(() => database.drop());

describe('the bench of questions, on ten thousand tags', () => {
  it('gets an answer to every hot question, from the API and from its SQL alone, and no more is read for it than is known', async () => {
    const { questions } = await measureQuestions(database.url, { roundMs: 60, rounds: 1 });
    expect(questions.map(({ question }) => question)).toEqual(HOT_QUESTIONS);
    for (const { question, api, bare, visited } of questions) {
      expect({ name: question.name, failures: [api.failures, bare.failures] }).toEqual({
        name: question.name,
        failures: [0, 0],
      });
      const isMore = visited.rows > question.visitedRows;
      if (question.looksAtMore === undefined)
        expect({ name: question.name, visited, isMore }).toMatchObject({ isMore: false });
    }
  }, 120_000);
});
