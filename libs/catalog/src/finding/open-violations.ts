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

const OPEN = opening({
  about: 'tag',
  desired: `
    SELECT 'policy'::finding_kind AS kind, $2::severity AS severity, $1::int AS policy_id, tag.repository_id,
           tag.id AS tag_id, tag.manifest_id, '' AS subject, NULL::text AS detail, NULL::timestamptz AS since
      FROM unnest($3::bigint[], $4::bigint[]) AS judged (tag_id, manifest_id)
      JOIN tag ON tag.id = judged.tag_id AND tag.manifest_id = judged.manifest_id`,
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

/** Tags that violate policies of one severity, one after the other, with what each was when that was decided. */
export interface FirstViolations {
  readonly severity: Severity;
  readonly policyIds: readonly number[];
  readonly repositoryIds: readonly (bigint | number)[];
  readonly tagIds: readonly (bigint | number)[];
  readonly manifestIds: readonly (bigint | number)[];
}

const OPEN_FIRST = `
  INSERT INTO finding (kind, severity, policy_id, repository_id, tag_id, manifest_id, subject, opened_at)
  SELECT 'policy', $1::severity, policy_id, repository_id, tag_id, manifest_id, '', $6::timestamptz
    FROM unnest($2::int[], $3::bigint[], $4::bigint[], $5::bigint[])
      AS judged (policy_id, repository_id, tag_id, manifest_id)`;

/**
 * The same for policies of which nothing is open about these tags, each pair of which is named once, where nobody is told:
 * written as it is given, without looking at tags and at what is open, which takes two thirds of the time. Best in the order of
 * the tags. A tag that has moved since is examined after its move. Throws a unique violation where something is open.
 */
export async function openFirstViolations(sql: Sql, violations: FirstViolations, at: Date): Promise<number> {
  const { severity, policyIds, repositoryIds, tagIds, manifestIds } = violations;
  if (tagIds.length === 0) return 0;
  const columns = [policyIds, repositoryIds, tagIds, manifestIds].map(arrayOf);
  const { rowCount } = await sql.query({
    name: 'violations.first',
    text: OPEN_FIRST,
    values: [severity, ...columns, at],
  });
  return rowCount ?? 0;
}

/** As PostgreSQL writes it; the driver would quote each number, which takes it three times as long. */
function arrayOf(ids: Violations['tagIds']): string {
  return `{${ids.join(',')}}`;
}
