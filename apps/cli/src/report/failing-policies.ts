import { SEVERITIES, type AnyReport, type PolicyResult, type ReportSeverity } from '@strata/report';

/** The words of `--fail-on`, the least first. */
export const FAIL_ON = SEVERITIES.map((severity) => severity.toLowerCase());

/** The severity that such a word means; null for another word. */
export function readFailOn(word: string): ReportSeverity | null {
  return SEVERITIES.find((severity) => severity.toLowerCase() === word) ?? null;
}

/** The policies of this severity or a worse one that fail beyond what is waived. */
export function failingPolicies(report: AnyReport, from: ReportSeverity): readonly PolicyResult[] {
  if (report.report !== 'policies') return [];
  const worst = SEVERITIES.slice(SEVERITIES.indexOf(from));
  return report.policies.filter(({ severity, failing, waived }) => worst.includes(severity) && failing > waived);
}
