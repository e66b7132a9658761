import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openCatalog, type Catalog } from '@strata/catalog';
import { freshDatabase, type FreshDatabase } from '@strata/catalog/testing';
import { ApiConfig, readOnlyUrl, STATEMENT_TIMEOUT_MS } from './config.js';
import { startApi, type TestApi } from './testing/start-api.js';

let db: FreshDatabase;
let catalog: Catalog;
let api: TestApi;

beforeAll(async () => {
  db = await freshDatabase();
  catalog = openCatalog({ databaseUrl: readOnlyUrl(db.url) });
  api = await startApi(catalog);
});

afterAll(async () => {
  await api.stop();
  await catalog.close();
  await db.drop();
});

describe('a session of the API', () => {
  it('refuses to write, whatever a resolver may do', async () => {
    await expect(catalog.pool.query(`INSERT INTO registry (host) VALUES ('x')`)).rejects.toMatchObject({
      code: '25006',
    });
  });

  it('ends statements that run too long', async () => {
    const { rows } = await catalog.pool.query('SHOW statement_timeout');
    expect(rows).toEqual([{ statement_timeout: `${STATEMENT_TIMEOUT_MS / 1_000}s` }]);
  });

  it('keeps the options that the address already has', () => {
    const url = new URL(readOnlyUrl('postgres://h/d?options=-c%20work_mem%3D8MB'));
    expect(url.searchParams.get('options')).toMatch(/^-c work_mem=8MB -c default_transaction_read_only=on /);
  });
});

describe('a question whose statement was ended', () => {
  it('is refused with TIMEOUT and told what to do', async () => {
    const impatient = openCatalog({ databaseUrl: `${db.url}?statement_timeout=50` });
    const other = await startApi(impatient);
    const blocker = await db.catalog.pool.connect();
    await blocker.query('BEGIN; LOCK TABLE tag IN ACCESS EXCLUSIVE MODE');
    const { codes, data } = await other.ask('{ tags { nodes { id } } }');
    await blocker.query('ROLLBACK');
    blocker.release();
    await other.stop();
    await impatient.close();
    expect({ codes, data }).toEqual({ codes: ['TIMEOUT'], data: null });
  });
});

describe('the configuration', () => {
  it('listens on port 3000 unless told otherwise, and wants a URL for the database', () => {
    expect(ApiConfig.parse({ DATABASE_URL: 'postgres://h/d' })).toMatchObject({
      STRATA_API_PORT: 3000,
      STRATA_BIND: '127.0.0.1',
    });
    expect(ApiConfig.safeParse({ DATABASE_URL: 'host=h dbname=d' }).success).toBe(false);
  });
});
