import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { openCatalog, type Catalog } from '@strata/catalog';
import { freshDatabase, type FreshDatabase } from '@strata/catalog/testing';
import { rememberedQuestions } from '../persisted/persisted-questions.js';
import { startApi, type TestApi } from '../testing/start-api.js';

let db: FreshDatabase;
let reading: Catalog;
let api: TestApi;

beforeAll(async () => {
  db = await freshDatabase();
  reading = openCatalog({ databaseUrl: db.url, poolSize: 2 });
  api = await startApi(reading, rememberedQuestions(), undefined, { writes: db.catalog });
});

afterAll(async () => {
  await api.stop();
  await reading.close();
  await db.drop();
});

it('queries wait for those before them; what is refused, and what changes something, does not', async () => {
  const locker = await db.catalog.pool.connect();
  await locker.query('BEGIN; LOCK TABLE registry');
  const waiting = Array.from({ length: 6 }, () => api.ask('{ registries { host } }'));
  const others = [
    '{ tags(first: 101) { nodes { id } } }',
    '{ tags { nodes { nothing } } }',
    'mutation { replay(where: {}) }',
  ];
  const answers = await Promise.all(others.map((text) => api.ask(text)));
  await locker.query('COMMIT');
  locker.release();
  expect(answers.map(({ codes }) => codes)).toEqual([['PAGE_SIZE'], ['GRAPHQL_VALIDATION_FAILED'], []]);
  for (const answer of await Promise.all(waiting)) expect(answer.data).toEqual({ registries: [] });
  expect(await api.ask('{ registries { host } }')).toMatchObject({ data: { registries: [] } });
});
