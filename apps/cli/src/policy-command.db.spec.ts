import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { recordPolicies } from '@strata/catalog';
import { freshDatabase, type FreshDatabase } from '@strata/catalog/testing';
import { ConfigError } from '@strata/runtime';
import { runCommandLine } from './run-command-line.js';
import { recordedTools } from './testing/recorded-tools.js';

let database: FreshDatabase;
let folder: string;
beforeAll(async () => {
  database = await freshDatabase();
  folder = mkdtempSync(join(tmpdir(), 'strata-policy-'));
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await database.drop();
});

const GOOD =
  'policies:\n  - { name: signed, severity: high, owner: platform, require: { attestation: [SIGNATURE] } }\n';

function file(text: string): string {
  const path = join(folder, 'some.yaml');
  writeFileSync(path, text);
  return path;
}

it('strata policy check shows what it has understood', async () => {
  const { tools, out } = recordedTools();
  expect(await runCommandLine(['policy', 'check', file(GOOD)], tools)).toBe(0);
  expect(out()).toMatch(/signed +high +platform\n.*One policy, all understood/s);
});

it('strata policy check says where in a filter a mistake is', async () => {
  const path = file(GOOD.replace('SIGNATURE', 'SIGNATUR'));
  const refusal = await runCommandLine(['policy', 'check', path], recordedTools().tools).catch(
    (error: unknown) => error,
  );
  if (!(refusal instanceof ConfigError)) throw new Error('it was to be refused');
  expect(refusal.problems).toEqual([
    {
      where: `${path}:2:79`,
      message: expect.stringMatching(/^policies\[0\]\.require\.attestation\[0\] must be one of: SIGNATURE, SBOM/),
    },
  ]);
});

it('a policy that asks what policies find is refused', async () => {
  const path = file(GOOD.replace('attestation: [SIGNATURE]', 'not: { finding: [POLICY] }'));
  await expect(runCommandLine(['policy', 'check', path], recordedTools().tools)).rejects.toThrow(
    'policies[0].require must not ask for findings of policies',
  );
});

it('strata policy list shows those in force and how they stand', async () => {
  const { tools, out } = recordedTools({ DATABASE_URL: database.url });
  const policy = { name: 'all-fail', severity: 'low', description: null, owner: null, where: {}, require: {} } as const;
  await recordPolicies(database.catalog, [policy], new Date());
  expect(await runCommandLine(['policy', 'list'], tools)).toBe(0);
  expect(out()).toMatch(/^NAME +SEVERITY .*\nall-fail +low +0 +0 +0 +not yet\n$/);
});

it('strata policy list says which policy this version cannot evaluate, and why', async () => {
  const { tools, out } = recordedTools({ DATABASE_URL: database.url });
  const policy = { name: 'new-words', severity: 'low', description: null, owner: null, where: {} } as const;
  await recordPolicies(database.catalog, [{ ...policy, require: { not: { signedBy: 'x' } } }], new Date());
  expect(await runCommandLine(['policy', 'list'], tools)).toBe(0);
  expect(out()).toMatch(/\nnew-words +low +0 +0 +0 +not evaluated: require\.not\.signedBy Unrecognized key/);
});

it.each([[['policy']], [['policy', 'lst']], [['policy', 'list', 'x']]])('strata %j is no command', async (args) => {
  expect(await runCommandLine(args, recordedTools().tools)).toBe(2);
});
