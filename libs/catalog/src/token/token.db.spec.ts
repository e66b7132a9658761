import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { freshDatabase, type FreshDatabase } from '../testing.js';
import { createToken, TokenError, type NewToken } from './create-token.js';
import { isUseNews, noteTokenUse, revokeToken } from './end-token.js';
import { findToken, listTokens } from './find-token.js';

let db: FreshDatabase;
beforeAll(async () => {
  db = await freshDatabase();
});
afterAll(() => db.drop());

const at = (minute: number): Date => new Date(Date.UTC(2026, 10, 21, 9, minute));
const aToken = (more: Partial<NewToken> = {}): NewToken => ({
  name: 'ci',
  scopes: ['read'],
  repositories: null,
  createdBy: 'cli',
  expiresAt: at(59),
  now: at(0),
  ...more,
});

describe('a token', () => {
  it('is found by its secret and by no other text', async () => {
    const { pool } = db.catalog;
    const { token, secret } = await createToken(pool, aToken({ scopes: ['crawl', 'read', 'crawl'] }));
    expect(secret).toMatch(/^strata_[A-Za-z0-9_-]{43}$/);
    expect(await findToken(pool, secret)).toEqual({ ...token, scopes: ['crawl', 'read'] });
    const other = secret.slice(0, -2) + (secret.endsWith('AA') ? 'BB' : 'AA');
    for (const text of [other, '', 'strata_', `${secret} `, secret.slice(7), `${secret}\0`]) {
      expect(await findToken(pool, text)).toBeNull();
    }
  });

  it('leaves its secret in no column', async () => {
    const { secret } = await createToken(db.catalog.pool, aToken({ repositories: { glob: 'team/*' } }));
    const { rows } = await db.catalog.pool.query<{ all: string }>('SELECT api_token::text AS all FROM api_token');
    expect(rows.map(({ all }) => all).join()).not.toContain(secret.slice(7));
    expect(rows.map(({ all }) => all).join()).not.toContain(Buffer.from(secret).toString('hex'));
  });

  it('is revoked once, and keeps the time', async () => {
    const { pool } = db.catalog;
    const { token, secret } = await createToken(pool, aToken());
    expect(await revokeToken(pool, token.id, at(1))).toBe(true);
    expect(await revokeToken(pool, token.id, at(2))).toBe(true);
    expect(await revokeToken(pool, 2_000_000_000, at(2))).toBe(false);
    expect(await findToken(pool, secret)).toMatchObject({ revokedAt: at(1) });
    expect((await listTokens(pool))[0]).toMatchObject({ id: token.id, name: 'ci' });
  });

  it('says when it was last used, to the minute and never backwards', async () => {
    const { pool } = db.catalog;
    const { token, secret } = await createToken(pool, aToken());
    expect(isUseNews(null, at(3))).toBe(true);
    expect([isUseNews(at(3), new Date(at(4).getTime() - 1)), isUseNews(at(3), at(4))]).toEqual([false, true]);
    await noteTokenUse(pool, token.id, at(4));
    await noteTokenUse(pool, token.id, at(3));
    expect(await findToken(pool, secret)).toMatchObject({ lastUsedAt: at(4) });
  });

  it.each<[string, Partial<NewToken>, string]>([
    ['without a name', { name: ' ' }, 'name'],
    ['with a name that moves a cursor', { name: 'a\u001b[2J' }, 'name'],
    ['for nothing', { scopes: [] }, 'scopes'],
    ['that has expired', { expiresAt: at(0) }, 'expiresAt'],
    ['that expires at no time', { expiresAt: new Date(Number.NaN) }, 'expiresAt'],
  ])('is not made %s', async (_, more, field) => {
    const before = (await listTokens(db.catalog.pool)).length;
    const error = await createToken(db.catalog.pool, aToken(more)).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(TokenError);
    expect(error).toMatchObject({ field });
    expect(await listTokens(db.catalog.pool)).toHaveLength(before);
  });
});
