import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { findPolicies, findWebhooks, recordPolicies, recordWebhooks } from '@strata/catalog';
import { freshDatabase, type FreshDatabase } from '@strata/catalog/testing';
import { createLogger } from '@strata/runtime';
import type { Beside } from './read-beside.js';
import { worker } from './worker.js';

let database: FreshDatabase;
beforeAll(async () => {
  database = await freshDatabase();
  const policy = { name: 'signed', severity: 'low', description: null, owner: null, where: {}, require: {} } as const;
  await recordPolicies(database.catalog, [policy], new Date());
  const webhook = { name: 'ops', target: 'https://ops.example', addressHash: new Uint8Array(32) };
  await recordWebhooks(database.catalog, [webhook], new Date());
});
afterAll(() => database.drop());

async function runOnce(beside: Beside): Promise<readonly string[]> {
  const { close } = await worker({
    ...{ databaseUrl: database.url, poolSize: 4, queue: { kind: 'postgres', databaseUrl: database.url } },
    ...{ host: '127.0.0.1', port: 0, sources: [], concurrency: 1, registryConcurrency: 1, leaseMs: 60_000 },
    ...{ ...beside, logger: createLogger({ name: 'worker', level: 'silent' }) },
  });
  await close();
  const { pool } = database.catalog;
  return [...(await findPolicies(pool)), ...(await findWebhooks(pool))].map(({ name }) => name);
}

it('what was not understood removes nothing that is known, and what is no longer written is removed', async () => {
  expect(await runOnce({ policies: null, reports: null, webhooks: null })).toEqual(['signed', 'ops']);
  expect(await runOnce({ policies: [], reports: [], webhooks: null })).toEqual(['ops']);
  expect(await runOnce({ policies: null, reports: null, webhooks: [] })).toEqual([]);
});
