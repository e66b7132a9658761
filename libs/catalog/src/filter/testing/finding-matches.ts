import type { FindingKind, Severity } from '../../stored-words.js';
import type { FindingFilter } from '../finding-filter.js';
import { textMatches } from './tag-matches.js';

/** What a plain look at one finding needs to know of it. */
export interface KnownFinding {
  readonly kind: FindingKind;
  readonly severity: Severity;
  readonly policy: string | null;
  readonly repository: string;
  readonly isOpen: boolean;
  /** Of the last waiver. */
  readonly waivedUntil: Date | null;
}

/** The definition of the filter, without the database. */
export function findingMatches(finding: KnownFinding, filter: FindingFilter, now: Date): boolean {
  const { policy, kind, severity, repository, open, waived } = filter;
  const { waivedUntil } = finding;
  const isWaived = waivedUntil !== null && waivedUntil > now;
  return (
    (!policy || (finding.policy !== null && policy.includes(finding.policy))) &&
    (!kind || kind.includes(finding.kind)) &&
    (!severity || severity.includes(finding.severity)) &&
    (!repository || textMatches(finding.repository, repository)) &&
    (typeof open !== 'boolean' || open === finding.isOpen) &&
    (typeof waived !== 'boolean' || waived === isWaived)
  );
}
