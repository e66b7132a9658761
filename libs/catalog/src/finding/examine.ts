import { isDeepStrictEqual } from 'node:util';
import type { Placement } from '../image/place-manifests.js';
import type { Sql } from '../open-catalog.js';
import type { FindingKind, Severity } from '../stored-words.js';
import { brokenIndex } from './broken-index.js';
import { placementColumns, type PlacementExamination, type TagExamination } from './examined.js';
import { invalidManifest } from './invalid-manifest.js';
import { legacyFormat } from './legacy-format.js';
import { platformLost } from './platform-lost.js';
import { platformMismatch } from './platform-mismatch.js';
import { staleBase } from './stale-base.js';
import { tagRolledBack } from './tag-rolled-back.js';
import {
  closeFindings,
  openFindings,
  type DesiredFinding,
  type WritingFindings,
  type WrittenFinding,
} from './write-findings.js';

const OF_TAGS = {
  platform_lost: platformLost,
  tag_rolled_back: tagRolledBack,
  legacy_format: legacyFormat,
  stale_base: staleBase,
} as const satisfies Partial<Record<FindingKind, TagExamination>>;

const OF_PLACEMENTS = {
  platform_mismatch: platformMismatch,
  broken_index: brokenIndex,
  invalid_manifest: invalidManifest,
} as const satisfies Partial<Record<FindingKind, PlacementExamination>>;

/** What must be written so that what is open is what should be. */
export interface Differences {
  readonly open: readonly DesiredFinding[];
  readonly close: readonly bigint[];
}

/** What was written. */
export interface WrittenDifferences {
  readonly opened: readonly WrittenFinding[];
  readonly closed: readonly WrittenFinding[];
}

/** Compares what is open of some tags, but for policies, with what the catalog says now. Reads only, all at once. */
export async function examineTags(sql: Sql, tagIds: readonly bigint[]): Promise<Differences> {
  if (tagIds.length === 0) return NOTHING;
  const [desired, { rows }] = await Promise.all([
    Promise.all(Object.values(OF_TAGS).map((examine) => examine(sql, tagIds))),
    sql.query<OpenRow>(`${OPEN} WHERE closed_at IS NULL AND tag_id = ANY($1::bigint[]) AND kind <> 'policy'`, [tagIds]),
  ]);
  return differences(desired.flat(), rows);
}

/** The same for manifests in repositories. */
export async function examinePlacements(sql: Sql, placements: readonly Placement[]): Promise<Differences> {
  if (placements.length === 0) return NOTHING;
  const [desired, { rows }] = await Promise.all([
    Promise.all(Object.values(OF_PLACEMENTS).map((examine) => examine(sql, placements))),
    sql.query<OpenRow>(
      `${OPEN} JOIN (SELECT DISTINCT * FROM unnest($1::bigint[], $2::bigint[]) AS asked (repository_id, manifest_id)) AS asked
         USING (repository_id, manifest_id) WHERE closed_at IS NULL AND tag_id IS NULL`,
      placementColumns(placements),
    ),
  ]);
  return differences(desired.flat(), rows);
}

/** The same for the policies `policyIds` and some tags, where `desired` are all violations among these. */
export async function compareViolations(
  sql: Sql,
  tagIds: readonly bigint[],
  policyIds: readonly number[],
  desired: readonly DesiredFinding[],
): Promise<Differences> {
  const { rows } = await sql.query<OpenRow>(
    `${OPEN} WHERE closed_at IS NULL AND tag_id = ANY($1::bigint[]) AND policy_id = ANY($2::int[])`,
    [tagIds, policyIds],
  );
  return differences(desired, rows);
}

/** Closes and opens; within one transaction of the caller's. */
export async function writeDifferences(
  sql: Sql,
  { open, close }: Differences,
  writing: WritingFindings,
): Promise<WrittenDifferences> {
  const closed = await closeFindings(sql, close, writing); // first: one that is open anew may have the same key
  return { closed, opened: await openFindings(sql, open, writing) };
}

const NOTHING: Differences = { open: [], close: [] };

const OPEN = `
  SELECT id, kind, severity, policy_id AS "policyId", repository_id AS "repositoryId", tag_id AS "tagId",
         manifest_id AS "manifestId", subject, detail, opened_at AS "openedAt" FROM finding`;

interface OpenRow extends Record<string, unknown> {
  readonly id: bigint;
  readonly kind: FindingKind;
  readonly severity: Severity;
  readonly policyId: number | null;
  readonly repositoryId: bigint;
  readonly tagId: bigint | null;
  readonly manifestId: bigint | null;
  readonly subject: string;
  readonly detail: unknown;
  readonly openedAt: Date;
}

function differences(desired: readonly DesiredFinding[], open: readonly OpenRow[]): Differences {
  const wanted = new Map(desired.map((finding) => [keyOf(finding), finding]));
  const standing = new Map(
    open.filter((row) => isSame(wanted.get(keyOf(row)), row)).map((row) => [keyOf(row), row] as const),
  );
  return {
    open: [...wanted]
      .filter(([key, finding]) => !saysTheSame(finding, standing.get(key)))
      .map(([, finding]) => finding),
    close: open.filter((row) => !standing.has(keyOf(row))).map(({ id }) => id),
  };
}

/** What has begun at another moment is another finding. */
function isSame(wanted: DesiredFinding | undefined, row: OpenRow): boolean {
  if (wanted === undefined) return false;
  return wanted.since === null || wanted.since.getTime() === row.openedAt.getTime();
}

function saysTheSame({ severity, detail }: DesiredFinding, row: OpenRow | undefined): boolean {
  return row !== undefined && row.severity === severity && isDeepStrictEqual(row.detail, detail);
}

type Key = Pick<DesiredFinding, 'kind' | 'policyId' | 'repositoryId' | 'tagId' | 'manifestId' | 'subject'>;

function keyOf({ kind, policyId, repositoryId, tagId, manifestId, subject }: Key): string {
  const about = tagId === null ? `manifest ${repositoryId} ${manifestId}` : `tag ${tagId}`;
  return `${about} ${kind} ${policyId} ${subject}`;
}
