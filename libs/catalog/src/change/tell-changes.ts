import type { Digest } from '@strata/oci';
import { digestFromBytes } from '../digest-bytes.js';
import { findFindingsById, type FindingRow } from '../finding/find-findings.js';
import type { Sql } from '../open-catalog.js';
import { findPlatformSetsById } from '../platform/find-platform-sets.js';
import type { PlatformRow } from '../platform/find-platforms.js';
import type { StoredChangeKind } from '../stored-words.js';

/** How far somebody has read: everything before it was told, nothing after it. Opaque, and ordered within one database. */
export type ChangePosition = string;

/** What is told of a tag. A move that also loses and gains platforms is three changes. */
export type TagChangeKind = 'tag_created' | 'tag_moved' | 'tag_deleted' | 'platform_lost' | 'platform_gained';

/** What is told of a finding. */
export type FindingChangeKind = 'finding_opened' | 'finding_closed';

/** Everything that is told. */
export type ChangeKind = TagChangeKind | FindingChangeKind;

interface Told {
  /** Where it stands in the feed; the changes that one move is told as share it. */
  readonly position: ChangePosition;
  readonly at: Date;
  readonly fromDigest: Digest | null;
  readonly toDigest: Digest | null;
}

/** One change of one tag. */
export interface TagChangeRow extends Told {
  readonly kind: TagChangeKind;
  readonly tagId: bigint;
  /** `registry/repository:tag` */
  readonly reference: string;
  /** Those lost or gained; for a tag that was created, moved or deleted, all that it has, or had. */
  readonly platforms: readonly PlatformRow[];
  readonly finding: null;
}

/** A finding was opened or closed; `toDigest` is what it is about. */
export interface FindingChangeRow extends Told {
  readonly kind: FindingChangeKind;
  /** Null for a finding about a manifest. */
  readonly tagId: bigint | null;
  /** `registry/repository:tag`, or `registry/repository@digest` for a finding about a manifest. */
  readonly reference: string;
  /** Those of the tag. */
  readonly platforms: readonly PlatformRow[];
  /** As it is now. */
  readonly finding: FindingRow;
}

/** One change, told of a tag or of a finding. */
export type ChangeRow = TagChangeRow | FindingChangeRow;

/** A row of the feed as the database gives it. */
export interface ChangeFeedRow {
  readonly xid: bigint;
  readonly id: bigint;
  readonly kind: StoredChangeKind;
  readonly at: Date;
  readonly tagId: bigint | null;
  readonly findingId: bigint | null;
  /** Null for a finding about a manifest. */
  readonly reference: string | null;
  readonly fromDigest: Buffer | null;
  readonly toDigest: Buffer | null;
  readonly fromSet: number | null;
  readonly toSet: number | null;
}

/** The changes that rows of the feed are told as, in their order. */
export async function tellChanges(db: Sql, rows: readonly ChangeFeedRow[]): Promise<readonly ChangeRow[]> {
  if (rows.length === 0) return [];
  const setIds = distinct(rows.flatMap(({ fromSet, toSet }) => [fromSet, toSet]));
  const findingIds = distinct(rows.map(({ findingId }) => findingId));
  const sets = await findPlatformSetsById(db, setIds);
  const findings = await findFindingsById(db, findingIds);
  const setOf = lookUp(setIds, sets);
  const findingOf = lookUp(findingIds, findings);
  return rows.flatMap((row) =>
    row.findingId === null
      ? tagChanges(row, setOf(row.fromSet) ?? [], setOf(row.toSet) ?? [])
      : findingChange(row, setOf(row.toSet) ?? [], findingOf(row.findingId)),
  );
}

function distinct<Id>(ids: readonly (Id | null)[]): readonly Id[] {
  return [...new Set(ids)].filter((id) => id !== null);
}

/** Values by the ids that they were asked for with, in the same order. */
function lookUp<Id, Value>(ids: readonly Id[], values: readonly Value[]): (id: Id | null) => Value | null {
  const byId = new Map(ids.map((id, index) => [id, values[index] ?? null]));
  return (id) => (id === null ? null : (byId.get(id) ?? null));
}

function findingChange(
  row: ChangeFeedRow,
  platforms: readonly PlatformRow[],
  finding: FindingRow | null,
): readonly ChangeRow[] {
  if (finding === null) return []; // findings are kept; one that was removed by hand has nothing to tell
  if (row.kind !== 'finding_opened' && row.kind !== 'finding_closed') throw new Error(`${row.kind} is of no finding`);
  const { kind, tagId } = row;
  return [{ ...toldOf(row), kind, tagId, reference: finding.reference, platforms, finding }];
}

function toldOf({ xid, id, at, fromDigest, toDigest }: ChangeFeedRow): Told {
  return {
    position: `${xid}:${id}`,
    at,
    fromDigest: fromDigest === null ? null : digestFromBytes(fromDigest),
    toDigest: toDigest === null ? null : digestFromBytes(toDigest),
  };
}

function tagChanges(
  row: ChangeFeedRow,
  before: readonly PlatformRow[],
  after: readonly PlatformRow[],
): readonly ChangeRow[] {
  const { tagId, reference } = row;
  if (tagId === null || reference === null) throw new Error('a change of a tag names no tag');
  const told = { ...toldOf(row), tagId, reference, finding: null };
  const change = (kind: TagChangeKind, platforms: readonly PlatformRow[]): TagChangeRow => ({
    ...told,
    kind,
    platforms,
  });
  const lost = without(before, after);
  const gained = without(after, before);
  const differences = [
    ...(lost.length > 0 ? [change('platform_lost', lost)] : []),
    ...(gained.length > 0 ? [change('platform_gained', gained)] : []),
  ];
  switch (row.kind) {
    case 'tag_created':
      return [change('tag_created', after)];
    case 'tag_deleted':
      return [change('tag_deleted', before)];
    case 'tag_moved':
      return [change('tag_moved', after), ...differences];
    case 'tag_settled':
      return differences;
    case 'finding_opened':
    case 'finding_closed':
      throw new Error(`${row.kind} names no finding`);
  }
}

function without(set: readonly PlatformRow[], other: readonly PlatformRow[]): readonly PlatformRow[] {
  const ids = new Set(other.map(({ id }) => id));
  return set.filter(({ id }) => !ids.has(id));
}
