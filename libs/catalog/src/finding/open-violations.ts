import { noteChanges } from '../change/change-signal.js';
import type { Sql } from '../open-catalog.js';
import type { Severity } from '../stored-words.js';
import { opening } from './opening-statement.js';
import type { WritingFindings } from './write-findings.js';

/** Tags that violate one policy, and beside each what it pointed at when that was decided. */
export interface Violations {
  readonly policyId: number;
  readonly severity: Severity;
  readonly tagIds: readonly (bigint | number)[];
  readonly manifestIds: readonly (bigint | number)[];
}

const JUDGED = `unnest($3::bigint[], $4::bigint[]) AS judged (tag_id, manifest_id)
      JOIN tag ON tag.id = judged.tag_id AND tag.manifest_id = judged.manifest_id`;

const OPEN = opening({
  about: 'tag',
  desired: `
    SELECT 'policy'::finding_kind AS kind, $2::severity AS severity, $1::int AS policy_id, tag.repository_id,
           tag.id AS tag_id, tag.manifest_id, '' AS subject, NULL::text AS detail, NULL::timestamptz AS since
      FROM ${JUDGED}`,
  at: '$5',
  tells: '$6',
  answer: 'SELECT count(*)::int AS opened FROM written',
});

/**
 * The same as `openFindings` for many findings of one policy, at a fraction of what rows cost in this process: opens those
 * that are not open yet, gives the others the severity, and returns how many were opened. A tag that points at something
 * else by now, or at nothing, is left out: it was not judged as it is. Repeats count once. Lots are best made of tags that
 * follow each other, policy after policy, before the next tags are taken: their places in the indexes are near each other.
 */
export async function openViolations(
  sql: Sql,
  { policyId, severity, tagIds, manifestIds }: Violations,
  { at, tells }: WritingFindings,
): Promise<number> {
  if (tagIds.length === 0) return 0;
  const { rows } = await sql.query<{ opened: number }>(OPEN, [
    ...[policyId, severity, arrayOf(tagIds), arrayOf(manifestIds)],
    ...[at, tells],
  ]);
  const opened = rows[0]?.opened ?? 0;
  if (tells && opened > 0) noteChanges(sql);
  return opened;
}

const OPEN_FIRST = `
  INSERT INTO finding (kind, severity, policy_id, repository_id, tag_id, manifest_id, subject, opened_at)
  SELECT 'policy', $2::severity, $1::int, tag.repository_id, tag.id, tag.manifest_id, '', $5::timestamptz
    FROM ${JUDGED} ORDER BY tag.id`;

/**
 * The same where nothing of the policy is open about any of these tags, each of which is named once, and nobody is told:
 * not looking for what is open saves half of the time. Throws a unique violation where that is not so.
 */
export async function openFirstViolations(
  sql: Sql,
  { policyId, severity, tagIds, manifestIds }: Violations,
  at: Date,
): Promise<number> {
  if (tagIds.length === 0) return 0;
  const values = [policyId, severity, arrayOf(tagIds), arrayOf(manifestIds), at];
  const { rowCount } = await sql.query({ name: 'violations.first', text: OPEN_FIRST, values });
  return rowCount ?? 0;
}

/** As PostgreSQL writes it; the driver would quote each number, which takes it three times as long. */
function arrayOf(ids: Violations['tagIds']): string {
  return `{${ids.join(',')}}`;
}
