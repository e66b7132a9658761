import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { freshDatabase, type FreshDatabase } from '../testing.js';
import { pendingMigrations } from './apply-migrations.js';

describe('applyMigrations', () => {
  let db: FreshDatabase;
  beforeAll(async () => {
    db = await freshDatabase();
  });
  afterAll(() => db.drop());

  it('leaves nothing pending on the template that every test clones', async () => {
    expect(await pendingMigrations(db.url)).toEqual([]);
  });

  it('says what is missing on a database that was never migrated', async () => {
    await db.catalog.pool.query('DROP TABLE _prisma_migrations');
    expect(await pendingMigrations(db.url)).toContain('20261121000000_first');
  });
});
