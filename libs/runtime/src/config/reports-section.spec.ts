import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { checkConfigText } from './read-config-file.js';
import { reportsSection } from './reports-section.js';

const words = {
  reports: ['policies', 'retirement'],
  formats: ['json', 'csv'],
  where: z.strictObject({ name: z.strictObject({ eq: z.string() }).optional() }),
  maxLimit: 1_000,
} as const;
const env = { STRATA_SIGNING_KEY: '/keys/default.pem' };

function check(lines: readonly string[], variables: Readonly<Record<string, string>> = env) {
  const text = `reports:\n  - ${lines.join('\n    ')}\n`;
  const checked = checkConfigText('conf/strata.yaml', text, { reports: reportsSection(words) }, variables);
  return checked.ok ? checked.value.reports : checked.problems.map(({ where, message }) => `${where} ${message}`);
}

describe('the reports of strata.yaml', () => {
  it('need a name, a report and how often; the rest is as most want it', () => {
    expect(check(['name: weekly', 'report: policies', 'every: week'])).toEqual([
      {
        ...{ name: 'weekly', report: 'policies', format: 'json', interval: 'week', atMs: 0, keep: 60, keyFile: null },
        ...{ where: null, policy: null, mediaTypes: null, limit: 1_000 },
      },
    ]);
  });

  it.each([
    ['every: 6h', { interval: { everyMs: 21_600_000 } }],
    ['every: day', { interval: { everyMs: 86_400_000 } }],
    ['every: 2d', { interval: { everyMs: 172_800_000 } }],
    ["every: month\n    at: '06:30'", { interval: 'month', atMs: 23_400_000 }],
    ['every: week\n    sign: true', { keyFile: '/keys/default.pem' }],
    ['every: week\n    sign: own.pem', { keyFile: 'conf/own.pem' }],
    ['every: week\n    where: { name: { eq: a } }', { where: { name: { eq: 'a' } } }],
  ])('say %s', (line, said) => {
    expect(check(['name: a', 'report: policies', line])).toMatchObject([said]);
  });

  it.each([
    ['every: 5h', '4:12 reports[0].every must be 1h'],
    ['every: 36h', '4:12 reports[0].every must be 1h'],
    ["every: day\n    at: '24:00'", '5:9 reports[0].at must be a time of day'],
    ['every: day\n    where: { nme: 1 }', '5:14 reports[0].where.nme is not a known setting'],
    ['every: day\n    where: { name: { eq: 1 } }', '5:26 reports[0].where.name.eq'],
    ['every: day\n    mediaTypes: [a]', 'reports[0].mediaTypes are only of the report retirement'],
    ['every: day\n    keep: 0', 'reports[0].keep must be at least 1'],
    ['every: day\n    colour: red', 'reports[0].colour is not a known setting'],
  ])('are refused with the place of the mistake: %s', (line, problem) => {
    expect(check(['name: a', 'report: policies', line])).toEqual([expect.stringContaining(problem)]);
  });

  it('cannot be signed without a key', () => {
    expect(check(['name: a', 'report: policies', 'every: day', 'sign: true'], {})).toEqual([
      expect.stringContaining('reports[0].sign needs STRATA_SIGNING_KEY, which is not set'),
    ]);
  });
});
