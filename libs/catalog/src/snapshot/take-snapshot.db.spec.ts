import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { generateSigningKeys, verifySignature } from '@strata/report';
import { freshDatabase, type FreshDatabase } from '../testing/fresh-database.js';
import { findSnapshot, findSnapshots } from './find-snapshots.js';
import { takeSnapshot, type SnapshotPlan } from './take-snapshot.js';

const DAY_MS = 86_400_000;
const { privatePem, publicPem } = generateSigningKeys();
const plan: SnapshotPlan = {
  ...{ name: 'daily', format: 'json', interval: { everyMs: DAY_MS }, atMs: 6 * 3_600_000, keep: 3, signingKey: null },
  request: () => ({ name: 'coverage', where: null, policy: null, mediaTypes: null, asOf: null, limit: 100 }),
};
const day = (n: number, hour = 7): Date => new Date(Date.UTC(2026, 10, n, hour));

let db: FreshDatabase;
beforeAll(async () => void (db = await freshDatabase()));
afterAll(() => db.drop());
beforeEach(() => db.catalog.pool.query('TRUNCATE snapshot'));

const dueDays = async () => {
  const { rows } = await db.catalog.pool.query<{ dueAt: Date }>('SELECT due_at AS "dueAt" FROM snapshot ORDER BY id');
  return rows.map(({ dueAt }) => dueAt.toISOString());
};

describe('a snapshot', () => {
  it('is taken once for its moment, however many processes look however often', async () => {
    const taken = await Promise.all(Array.from({ length: 5 }, () => takeSnapshot(db.catalog, plan, day(2))));
    expect(taken.filter(Boolean)).toHaveLength(1);
    expect(await takeSnapshot(db.catalog, plan, day(2, 23))).toBe(false);
    expect(await takeSnapshot(db.catalog, plan, day(3, 5))).toBe(false);
    expect(await takeSnapshot(db.catalog, plan, day(3, 6))).toBe(true);
    expect(await dueDays()).toEqual([day(2, 6).toISOString(), day(3, 6).toISOString()]);
  });

  it('makes up for all that were missed once', async () => {
    await takeSnapshot(db.catalog, plan, day(2));
    expect(await takeSnapshot(db.catalog, plan, day(9))).toBe(true);
    expect(await takeSnapshot(db.catalog, plan, day(9))).toBe(false);
    expect(await dueDays()).toEqual([day(2, 6).toISOString(), day(9, 6).toISOString()]);
  });

  it('is forgotten once enough newer ones of its plan are kept, and never for those of another', async () => {
    await takeSnapshot(db.catalog, { ...plan, name: 'other' }, day(1));
    for (const n of [2, 3, 4, 5, 6]) await takeSnapshot(db.catalog, plan, day(n));
    expect(await dueDays()).toEqual([1, 4, 5, 6].map((n) => day(n, 6).toISOString()));
  });

  it('holds just the bytes that its digest and its signature are of, found by either name', async () => {
    await takeSnapshot(db.catalog, { ...plan, signingKey: privatePem }, day(2));
    const [row] = await findSnapshots(db.catalog.pool, { name: 'daily', limit: 10 });
    for (const name of [row?.digest ?? '', row?.revision ?? '']) {
      const found = await findSnapshot(db.catalog.pool, name);
      if (found?.signature == null) throw new Error('it was signed');
      expect(verifySignature(found.bytes, found.signature, publicPem)).toBe(true);
      expect(found).toMatchObject({ report: 'coverage', mediaType: 'application/json', keyId: row?.keyId });
    }
    expect(await findSnapshot(db.catalog.pool, 'nothing\0')).toBeNull();
  });

  it('of the same catalog has the same bytes day after day', async () => {
    for (const n of [2, 3]) await takeSnapshot(db.catalog, plan, day(n));
    const digests = (await findSnapshots(db.catalog.pool, { name: null, limit: 10 })).map(({ digest }) => digest);
    expect(digests).toHaveLength(2);
    expect(new Set(digests).size).toBe(1);
  });

  it('that cannot be made leaves the next attempt free', async () => {
    const broken = { ...plan, signingKey: 'no key' };
    await expect(takeSnapshot(db.catalog, broken, day(2))).rejects.toThrow('no Ed25519 private key');
    expect(await takeSnapshot(db.catalog, plan, day(2))).toBe(true);
  });
});
