import type { FindingKind } from '../stored-words.js';
import { rawSql, sql, type SqlPart } from './sql.js';

/**
 * The condition that a finding of one of these kinds is open (at the moment `at`, was) about the tag itself, or about what
 * it points at in its repository.
 */
export function hasFinding(kinds: readonly FindingKind[], manifestId: SqlPart, at: Date | null): SqlPart {
  const open =
    at === null
      ? rawSql('finding.closed_at IS NULL')
      : sql`finding.opened_at <= ${at}::timestamptz AND (finding.closed_at IS NULL OR finding.closed_at > ${at}::timestamptz)`;
  const asked = sql`${open} AND finding.kind = ANY (${kinds}::finding_kind[])`;
  return sql`(tag.id IN (SELECT finding.tag_id FROM finding WHERE ${asked} AND finding.tag_id IS NOT NULL)
    OR (tag.repository_id, ${manifestId}) IN (
      SELECT finding.repository_id, finding.manifest_id FROM finding
      WHERE ${asked} AND finding.tag_id IS NULL AND finding.manifest_id IS NOT NULL))`;
}
