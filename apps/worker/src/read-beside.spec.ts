import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readBeside, type Beside } from './read-beside.js';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'strata-beside-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const GOOD = {
  policies: '  - { name: signed, severity: high, require: { attestation: [SIGNATURE] } }',
  reports: '  - { name: weekly, report: coverage, every: week }',
  webhooks: '  - { name: chat, url: "https://chat.example/x", format: slack }',
} as const satisfies Record<keyof Beside, string>;

function read(sections: Readonly<Record<keyof Beside, string>>) {
  const file = join(folder, 'strata.yaml');
  const text = Object.entries(sections).map(([name, list]) => `${name}:\n${list}\n`);
  writeFileSync(file, text.join(''));
  const told: { readonly section: string; readonly where: string; readonly message: string }[] = [];
  const error = (fields: object, message: string): void => {
    const where = 'where' in fields ? String(fields.where).replace(file, 'strata.yaml') : '';
    told.push({ section: 'section' in fields ? String(fields.section) : '', where, message });
  };
  return { beside: readBeside({ STRATA_CONFIG: file }, { error }), told };
}

describe('a mistake beside the sources stops nothing', () => {
  it('and without one everything is in force', () => {
    const { beside, told } = read(GOOD);
    expect(told).toEqual([]);
    const { policies, reports, webhooks } = beside;
    const names = [policies, reports, webhooks].map((list) => list?.[0]?.name);
    expect(names).toEqual(['signed', 'weekly', 'chat']);
  });

  it.each([
    [
      'policies',
      GOOD.policies.replace('require', 'requires'),
      'strata.yaml:2:',
      /^the policies that were recorded last/,
    ],
    ['reports', GOOD.reports.replace('week }', 'fortnight }'), 'strata.yaml:4:', /^no report is made/],
    ['reports', GOOD.reports.replace(' }', ', sign: no-such.pem }'), 'reports', /^no report is made/],
    ['webhooks', GOOD.webhooks.replace('https:', 'ftp:'), 'strata.yaml:6:', /^no webhook is told/],
    ['webhooks', GOOD.webhooks.replace('chat.example/x', '${NOT_SET}'), 'strata.yaml:6:', /^no webhook is told/],
  ] as const)('one in %s, as in %s, is told with its place, and the others hold', (name, list, where, meanwhile) => {
    const { beside, told } = read({ ...GOOD, [name]: list });
    expect(beside[name]).toBeNull();
    expect(Object.values(beside).filter((section) => section === null)).toHaveLength(1);
    const message = expect.stringMatching(/^not understood: /);
    expect(told[0]).toEqual({ section: name, where: expect.stringContaining(where), message });
    expect(told.at(-1)).toEqual({ section: name, where: '', message: expect.stringMatching(meanwhile) });
  });
});
