import { afterAll, beforeAll, expect } from '@jest/globals';
import { freshDatabase, type FreshDatabase } from '@strata/catalog/testing';
import { fillSmallCatalog } from './small-catalog.js';
import { startApi, type TestApi } from './start-api.js';

/** The small catalog behind a real API, for one test file. */
export interface SmallCatalog {
  readonly api: () => TestApi;
  readonly db: () => FreshDatabase;
  /** The data of an answer that must have no errors. */
  readonly answer: (query: string, variables?: Readonly<Record<string, unknown>>) => Promise<unknown>;
}

/** Registers what a file needs before and after its tests. */
export function askSmallCatalog(): SmallCatalog {
  let db: FreshDatabase;
  let api: TestApi;
  beforeAll(async () => {
    db = await freshDatabase();
    await fillSmallCatalog(db.catalog);
    api = await startApi(db.catalog);
  }, 60_000);
  afterAll(async () => {
    await api.stop();
    await db.drop();
  });
  return {
    api: () => api,
    db: () => db,
    async answer(query, variables) {
      const { data, errors } = await api.ask(query, variables);
      expect(errors).toEqual([]);
      return data;
    },
  };
}
