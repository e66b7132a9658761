import type { ReportedFinding } from '@strata/report';
import { rawSql, sql, type SqlPart } from '../filter/sql.js';

/** The condition that a finding is open now, or was at a moment. */
export function isOpen(past: Date | null): SqlPart {
  if (past === null) return rawSql('finding.closed_at IS NULL');
  return sql`finding.opened_at <= ${past} AND (finding.closed_at IS NULL OR finding.closed_at > ${past})`;
}

/** The last waiver of a finding, of those that there were at the moment; the last one counts, in force or not. */
export function withWaiver(past: Date | null): SqlPart {
  const known = past === null ? rawSql('TRUE') : sql`given.created_at <= ${past}`;
  return sql`LEFT JOIN LATERAL (
      SELECT given.until_at, given.reason, given.by FROM waiver AS given
      WHERE given.finding_id = finding.id AND ${known} ORDER BY given.id DESC LIMIT 1
    ) AS waiver ON TRUE`;
}

/** The columns of that waiver; null where there is none. */
export interface WaiverRow {
  readonly until: Date | null;
  readonly reason: string | null;
  readonly by: string | null;
}

/** The waiver, where it still holds at the moment. */
export function inForce({ until, reason, by }: WaiverRow, at: Date): ReportedFinding['waiver'] {
  if (until === null || until <= at) return null;
  return { until: until.toISOString(), reason: reason ?? '', by: by ?? '' };
}
