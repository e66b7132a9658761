import { noteChanges } from '../change/change-signal.js';
import type { Sql } from '../open-catalog.js';
import type { FindingKind, Severity } from '../stored-words.js';
import type { FindingDetail } from './finding-detail.js';
import { opening, telling } from './opening-statement.js';

/** Something that is not as it should be, now: about a tag, or (without one) about a manifest in a repository. */
export interface DesiredFinding {
  readonly kind: FindingKind;
  readonly severity: Severity;
  /** Of kind `policy`, which; else null. */
  readonly policyId: number | null;
  readonly repositoryId: bigint;
  readonly tagId: bigint | null;
  /** What the tag points at, or the manifest that it is about. */
  readonly manifestId: bigint | null;
  /** Tells several of one kind apart; empty where there can be only one. */
  readonly subject: string;
  readonly detail: FindingDetail;
  /** Since when it has been so, where the catalog knows; null for the moment at which it is written. */
  readonly since: Date | null;
}

/** When it is written, and whether those who follow the changes are told. */
export interface WritingFindings {
  readonly at: Date;
  readonly tells: boolean;
}

/** A finding that was opened or closed. */
export interface WrittenFinding {
  readonly id: bigint;
  readonly kind: FindingKind;
}

const DESIRED = `
  SELECT * FROM unnest($1::finding_kind[], $2::severity[], $3::int[], $4::bigint[], $5::bigint[], $6::bigint[], $7::text[],
                       $8::text[], $9::timestamptz[])
    AS desired (kind, severity, policy_id, repository_id, tag_id, manifest_id, subject, detail, since)`;

const WRITTEN = 'SELECT id, kind FROM written ORDER BY id';
const OPEN_OF_TAGS = opening({ about: 'tag', desired: DESIRED, at: '$10', tells: '$11', answer: WRITTEN });
const OPEN_OF_MANIFESTS = opening({ about: 'manifest', desired: DESIRED, at: '$10', tells: '$11', answer: WRITTEN });

const CLOSE = `
  WITH written AS (
    UPDATE finding SET closed_at = greatest(opened_at, $2::timestamptz)
     WHERE id IN (SELECT id FROM finding WHERE id = ANY($1::bigint[]) AND closed_at IS NULL ORDER BY id FOR NO KEY UPDATE)
    RETURNING id, kind, tag_id, manifest_id
  ), told AS (${telling('finding_closed', '$2', '$3')})
  ${WRITTEN}`;

/**
 * Opens the findings that are not open yet and brings severity and detail of the others up to date; returns those that
 * were opened. Repeats among them count once. `tells` writes the openings into the feed of changes, in this transaction.
 */
export async function openFindings(
  sql: Sql,
  desired: readonly DesiredFinding[],
  writing: WritingFindings,
): Promise<readonly WrittenFinding[]> {
  const ofTags = desired.filter(({ tagId }) => tagId !== null);
  const ofManifests = desired.filter(({ tagId }) => tagId === null);
  return [
    ...(await openAll(sql, OPEN_OF_TAGS, ofTags, writing)),
    ...(await openAll(sql, OPEN_OF_MANIFESTS, ofManifests, writing)),
  ];
}

async function openAll(
  sql: Sql,
  statement: string,
  desired: readonly DesiredFinding[],
  { at, tells }: WritingFindings,
): Promise<readonly WrittenFinding[]> {
  if (desired.length === 0) return [];
  const { rows } = await sql.query<{ id: bigint; kind: FindingKind }>(statement, [
    desired.map(({ kind }) => kind),
    desired.map(({ severity }) => severity),
    desired.map(({ policyId }) => policyId),
    desired.map(({ repositoryId }) => repositoryId),
    desired.map(({ tagId }) => tagId),
    desired.map(({ manifestId }) => manifestId),
    desired.map(({ subject }) => subject),
    desired.map(({ detail }) => (detail === null ? null : JSON.stringify(detail))),
    desired.map(({ since }) => since),
    at,
    tells,
  ]);
  if (tells && rows.length > 0) noteChanges(sql);
  return rows;
}

/**
 * Closes those of these findings that are open, and returns them. `tells` writes the closings into the feed of changes,
 * in this transaction. A waiver stays with its finding: what is opened again later is another finding.
 */
export async function closeFindings(
  sql: Sql,
  ids: readonly bigint[],
  { at, tells }: WritingFindings,
): Promise<readonly WrittenFinding[]> {
  if (ids.length === 0) return [];
  const { rows } = await sql.query<{ id: bigint; kind: FindingKind }>(CLOSE, [ids, at, tells]);
  if (tells && rows.length > 0) noteChanges(sql);
  return rows;
}
