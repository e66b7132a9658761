import { createHash } from 'node:crypto';
import type { ReportOf, ReportSeverity, ReportedFinding } from './report.js';

/** SARIF 2.1.0, section 3.27.10: `error` is what a pipeline stops for. */
const LEVELS = { LOW: 'note', MEDIUM: 'warning', HIGH: 'error', CRITICAL: 'error' } as const satisfies Record<
  ReportSeverity,
  'note' | 'warning' | 'error'
>;

/** What code-scanning services sort by, from 0.1 to 10. */
const SECURITY_SEVERITIES = { LOW: '2.0', MEDIUM: '5.0', HIGH: '8.0', CRITICAL: '9.5' } as const satisfies Record<
  ReportSeverity,
  string
>;

const KINDS = {
  POLICY: 'A tag in the scope of a policy does not match what it requires.',
  PLATFORM_LOST: 'A tag no longer runs on a platform that it ran on before.',
  PLATFORM_MISMATCH: 'An index and the config of an image in it disagree on the platform.',
  BROKEN_INDEX: 'A repository holds an index and lacks a manifest that is listed in it.',
  INVALID_MANIFEST: 'What is stored is no valid manifest.',
  LEGACY_FORMAT: 'A tag is in Docker schema 1.',
  STALE_BASE: 'An image is built on a base that has newer builds.',
  TAG_ROLLED_BACK: 'A tag went back to an older image.',
} as const satisfies Record<ReportedFinding['kind'], string>;

/** What a finding is counted under: the policy that it breaks, or its kind. */
export function ruleOf({ kind, policy }: Pick<ReportedFinding, 'kind' | 'policy'>): string {
  return policy === null ? kind : `POLICY/${policy}`;
}

/**
 * The open findings as a SARIF 2.1.0 log. What is waived stays in it as suppressed (section 3.35), so that its end
 * shows. Findings are told apart from one run to the next by what they are about, never by place in the list.
 */
export function formatSarif(report: ReportOf<'policies'>): string {
  const { policies, findings, revision, asOf } = report;
  const described = new Map(policies.map((policy) => [`POLICY/${policy.name}`, policy.description]));
  const rules = [...new Map(findings.listed.map((finding) => [ruleOf(finding), finding])).entries()];
  const places = new Map(rules.map(([id], index) => [id, index]));
  const log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'Strata',
            rules: rules.map(([id, finding]) => ({
              id,
              shortDescription: { text: textOr(described.get(id), KINDS[finding.kind]) },
              defaultConfiguration: { level: LEVELS[finding.severity] },
              properties: { 'security-severity': SECURITY_SEVERITIES[finding.severity], tags: ['container-images'] },
            })),
          },
        },
        columnKind: 'utf16CodeUnits',
        properties: { revision, asOf, findings: findings.total },
        results: findings.listed.map((finding) => resultOf(finding, places.get(ruleOf(finding)) ?? -1)),
      },
    ],
  };
  return `${JSON.stringify(log, null, 2)}\n`;
}

function textOr(text: string | null | undefined, otherwise: string): string {
  return text === null || text === undefined || text.trim() === '' ? otherwise : text;
}

function resultOf(finding: ReportedFinding, ruleIndex: number) {
  const { kind, severity, reference, subject, message, openedAt, waiver } = finding;
  const identity = createHash('sha256')
    .update(JSON.stringify([ruleOf(finding), reference, subject]))
    .digest('hex');
  return {
    ruleId: ruleOf(finding),
    ruleIndex,
    level: LEVELS[severity],
    message: { text: message },
    locations: [
      {
        physicalLocation: { artifactLocation: { uri: uriOf(reference) } },
        logicalLocations: [{ fullyQualifiedName: reference, kind: 'resource' }],
      },
    ],
    partialFingerprints: { 'strataFinding/v1': identity },
    properties: { kind, severity, subject, openedAt },
    ...(waiver === null
      ? {}
      : {
          suppressions: [
            {
              kind: 'external',
              status: 'accepted',
              justification: `${waiver.reason} (until ${waiver.until}, by ${waiver.by})`,
            },
          ],
        }),
  };
}

/** A package URL is for software; for what a registry holds, the scheme that its clients use. */
function uriOf(reference: string): string {
  return `oci://${reference.split('/').map(encodeURIComponent).join('/').replaceAll('%3A', ':').replaceAll('%40', '@')}`;
}
