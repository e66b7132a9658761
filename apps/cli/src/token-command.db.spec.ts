import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { findToken } from '@strata/catalog';
import { freshDatabase, type FreshDatabase } from '@strata/catalog/testing';
import { runCommandLine } from './run-command-line.js';
import { recordedTools } from './testing/recorded-tools.js';

let database: FreshDatabase;
beforeAll(async () => {
  database = await freshDatabase();
});
afterAll(() => database.drop());

async function run(...args: string[]): Promise<{ status: number; out: string; err: string }> {
  const { tools, out, err } = recordedTools({ DATABASE_URL: database.url });
  const status = await runCommandLine(['token', ...args], tools);
  return { status, out: out(), err: err() };
}

describe('strata token', () => {
  it('makes a token whose secret is all of standard output, lists it without that, and revokes it', async () => {
    expect(await run('list')).toMatchObject({ status: 0, out: 'No tokens.\n' });
    const created = await run('create', 'ci', '--scope', 'read', '--scope', 'ASSEMBLE', '--repositories', 'team/*');
    expect(created).toMatchObject({ status: 0, out: expect.stringMatching(/^strata_[A-Za-z0-9_-]{43}\n$/) });
    const secret = created.out.trim();
    const token = await findToken(database.catalog.pool, secret);
    expect(token).toMatchObject({ name: 'ci', scopes: ['assemble', 'read'], repositories: { glob: 'team/*' } });
    const listed = await run('list');
    expect(listed.out).toMatch(/1 +ci +good +assemble,read +\{"glob":"team\/\*"\} +cli/);
    expect(listed.out + created.err).not.toContain(secret.slice('strata_'.length));
    expect(await run('revoke', '1')).toMatchObject({ status: 0, out: 'Token 1 is revoked.\n' });
    expect((await run('list')).out).toContain('revoked');
  });

  it('revokes nothing that is not there', async () => {
    await expect(run('revoke', '77')).rejects.toThrow('there is no token 77');
  });

  it.each([
    [[], 'say `token create`'],
    [['create'], 'say `token create`'],
    [['create', 'ci'], 'a token must be for something'],
    [['create', 'ci', '--scope', 'write'], '--scope must be one of: read'],
    [['create', 'ci', '--scope', 'read', '--days', '0'], '--days must be'],
    [['create', '', '--scope', 'read'], 'a name has 1 to 100'],
    [['revoke', 'ci'], 'the id is the number'],
  ])('refuses %j', async (args, words) => {
    expect(await run(...args)).toMatchObject({ status: 2, err: expect.stringContaining(words) });
  });
});
