import type { FindingKind } from '../stored-words.js';
import { rawSql, sql, type SqlPart } from './sql.js';

/** Selects the ids of the tags about which a finding of one of these kinds is open (at the moment `at`, was). */
export function tagsWithFinding(kinds: readonly FindingKind[], at: Date | null): SqlPart {
  return sql`SELECT finding.tag_id FROM finding WHERE ${isOpen(kinds, at)} AND finding.tag_id IS NOT NULL`;
}

/** Selects `manifest_id` and `repository_id` of what such a finding is about without a tag. */
export function placementsWithFinding(kinds: readonly FindingKind[], at: Date | null): SqlPart {
  return sql`SELECT finding.manifest_id, finding.repository_id FROM finding
    WHERE ${isOpen(kinds, at)} AND finding.tag_id IS NULL AND finding.manifest_id IS NOT NULL`;
}

function isOpen(kinds: readonly FindingKind[], at: Date | null): SqlPart {
  const open =
    at === null
      ? rawSql('finding.closed_at IS NULL')
      : sql`finding.opened_at <= ${at}::timestamptz AND (finding.closed_at IS NULL OR finding.closed_at > ${at}::timestamptz)`;
  return sql`${open} AND finding.kind = ANY (${kinds}::finding_kind[])`;
}
