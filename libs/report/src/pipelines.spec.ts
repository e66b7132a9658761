import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import ajvDraft04 from 'ajv-draft-04';
import { formatJunit } from './format-junit.js';
import { formatSarif } from './format-sarif.js';
import { SAMPLES } from './testing/sample-reports.js';

const report = SAMPLES.policies;

interface Log {
  readonly runs: readonly {
    readonly tool: { readonly driver: { readonly rules: readonly { readonly id: string }[] } };
    readonly results: readonly {
      readonly ruleId: string;
      readonly ruleIndex: number;
      readonly level: string;
      readonly partialFingerprints: Readonly<Record<string, string>>;
      readonly suppressions?: readonly unknown[];
    }[];
  }[];
}

const sarif = (...asked: Parameters<typeof formatSarif>): Log => JSON.parse(formatSarif(...asked)) as Log; // checked by its schema below

describe('SARIF', () => {
  it.each([
    ['with findings', report],
    ['without', { ...report, policies: [], findings: { total: 0, listed: [] } }],
  ])('%s is what the published schema of version 2.1.0 takes', (_, some) => {
    const schema: unknown = JSON.parse(
      readFileSync(join(import.meta.dirname, 'fixtures/sarif-schema-2.1.0.json'), 'utf8'),
    );
    const ajv = new ajvDraft04.default({ strict: false, allErrors: true, validateFormats: false });
    const validate = ajv.compile(schema as object); // it is a file of ours
    expect([validate(sarif(some)), validate.errors]).toEqual([true, null]);
  });

  it('names the rule of each result at its place, and gives high and critical findings the level that stops a pipeline', () => {
    const [run] = sarif(report).runs;
    const rules = run?.tool.driver.rules.map(({ id }) => id) ?? [];
    expect(rules).toEqual(['POLICY/multi-arch', 'PLATFORM_LOST']);
    expect(run?.results.map(({ ruleId, ruleIndex, level }) => [rules[ruleIndex] === ruleId, level])).toEqual([
      [true, 'error'],
      [true, 'error'],
      [true, 'warning'],
    ]);
  });

  it('keeps what is waived as suppressed', () => {
    expect(sarif(report).runs[0]?.results.map(({ suppressions }) => suppressions?.length ?? 0)).toEqual([0, 1, 0]);
  });

  it('tells findings apart by what they are about, whatever stands around them', () => {
    const prints = (listed: typeof report.findings.listed) =>
      sarif({ ...report, findings: { total: 3, listed } }).runs[0]?.results.map((result) => result.partialFingerprints);
    const { listed } = report.findings;
    expect(prints([...listed].reverse())).toEqual(prints(listed)?.reverse());
    expect(new Set(prints(listed)?.map((print) => JSON.stringify(print))).size).toBe(3);
  });
});

describe('JUnit', () => {
  const xml = formatJunit(report);

  it('has a suite per rule and a case per finding, and counts what fails and what is waived', () => {
    const suites = [
      ...xml.matchAll(/<testsuite name="([^"]+)" tests="(\d)" failures="(\d)" errors="0" skipped="(\d)"/g),
    ];
    expect(suites.map(([, ...figures]) => figures)).toEqual([
      ['POLICY/multi-arch', '2', '1', '1'],
      ['PLATFORM_LOST', '1', '1', '0'],
      ['POLICY/no-schema1', '1', '0', '0'],
      ['POLICY/signed', '1', '0', '0'],
    ]);
    expect(xml).toContain('<testsuites name="Strata" tests="5" failures="2" errors="0" time="0">');
    expect(xml.match(/<failure /g)).toHaveLength(2);
    expect(xml.match(/<skipped /g)).toHaveLength(1);
    expect(xml.match(/<testcase /g)).toHaveLength(5);
  });

  it('holds what is in hostile names as text, and nothing that XML 1.0 has no way to say', () => {
    expect(xml).not.toMatch(/<script|[\u0000-\u0008\u000b\u000c\u000e-\u001f]/);
    expect(xml).toContain('&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &amp; \u202e\ufffd]]&gt;');
  });
});
