import { ruleOf } from './format-sarif.js';
import type { ReportOf, ReportedFinding } from './report.js';

/**
 * Policies and findings as JUnit XML, in the shape that CI servers read: a suite per policy and per other kind of finding,
 * a case per finding. A waived one is skipped; a policy with nothing open is a case that passes.
 */
export function formatJunit(report: ReportOf<'policies'>): string {
  const grouped = Map.groupBy(report.findings.listed, ruleOf);
  const clean = report.policies.map(({ name }) => `POLICY/${name}`).filter((rule) => !grouped.has(rule));
  const suites = [
    ...[...grouped].map(([rule, findings]) => suiteOf(rule, findings, report)),
    ...clean.map((rule) => suiteOf(rule, [], report)),
  ];
  const all = report.findings.listed;
  const failures = all.filter(({ waiver }) => waiver === null).length;
  const totals = `tests="${all.length + clean.length}" failures="${failures}" errors="0" time="0"`;
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="Strata" ${totals}>\n${suites.join('')}</testsuites>\n`;
}

function suiteOf(rule: string, findings: readonly ReportedFinding[], { asOf, revision }: ReportOf<'policies'>): string {
  const skipped = findings.filter(({ waiver }) => waiver !== null).length;
  const counts = `tests="${Math.max(1, findings.length)}" failures="${findings.length - skipped}" errors="0" skipped="${skipped}"`;
  const head = `name="${escapeXml(rule)}" ${counts} time="0" timestamp="${asOf.slice(0, 19)}" hostname="strata"`;
  const properties = `<properties><property name="revision" value="${escapeXml(revision)}"/></properties>`;
  const passed = `    <testcase name="nothing is open" classname="${escapeXml(rule)}" time="0"/>\n`;
  const cases = findings.length === 0 ? passed : findings.map((finding) => caseOf(rule, finding)).join('');
  return `  <testsuite ${head}>\n    ${properties}\n${cases}  </testsuite>\n`;
}

function caseOf(rule: string, { reference, subject, message, severity, waiver }: ReportedFinding): string {
  const name = subject === '' ? reference : `${reference} ${subject}`;
  const head = `<testcase name="${escapeXml(name)}" classname="${escapeXml(rule)}" time="0">`;
  const inside =
    waiver === null
      ? `<failure message="${escapeXml(message)}" type="${severity}">${escapeXml(message)}</failure>`
      : `<skipped message="${escapeXml(`waived until ${waiver.until} by ${waiver.by}: ${waiver.reason}`)}"/>`;
  return `    ${head}${inside}</testcase>\n`;
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};

/** What XML 1.0 has no way to hold (section 2.2) becomes the replacement character. */
const NOT_XML = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu;

function escapeXml(text: string): string {
  return text.replace(NOT_XML, '\ufffd').replace(/[&<>"']/g, (char) => ENTITIES[char] ?? char);
}
