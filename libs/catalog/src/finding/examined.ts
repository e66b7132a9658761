import type { Digest } from '@strata/oci';
import { digestFromBytes } from '../digest-bytes.js';
import type { Sql } from '../open-catalog.js';
import type { Placement } from '../image/place-manifests.js';
import type { DesiredFinding } from './write-findings.js';

/** What is wrong with these tags, in one respect: a pure function of the catalog. Unique ids; those that are gone have nothing. */
export type TagExamination = (sql: Sql, tagIds: readonly bigint[]) => Promise<readonly DesiredFinding[]>;

/** The same for manifests in repositories; those that are held no longer have nothing. */
export type PlacementExamination = (sql: Sql, placements: readonly Placement[]) => Promise<readonly DesiredFinding[]>;

/** The columns of a finding about a tag that every examination of tags selects. */
export const TAG_COLUMNS = 'tag.id AS "tagId", tag.repository_id AS "repositoryId", tag.manifest_id AS "manifestId"';

/** What those columns give. */
export interface TagOf {
  readonly tagId: bigint;
  readonly repositoryId: bigint;
  readonly manifestId: bigint;
}

/** A tag, and the move that made something wrong with it. */
export interface MoveOf extends TagOf {
  readonly from: Buffer;
  readonly to: Buffer;
  readonly actor: string | null;
  readonly at: Date;
}

/** What a finding keeps of that move, since when it has been so. */
export function detailOfMove({ from, to, actor, at }: Pick<MoveOf, 'from' | 'to' | 'actor' | 'at'>): {
  readonly from: Digest;
  readonly to: Digest;
  readonly actor: string | null;
  readonly at: string;
} {
  return { from: digestFromBytes(from), to: digestFromBytes(to), actor, at: at.toISOString() };
}

/** The held ones of the placements `$1` (repositories) and `$2` (manifests), each once. */
export const HELD = `
  SELECT DISTINCT placed.repository_id, placed.manifest_id
    FROM unnest($1::bigint[], $2::bigint[]) AS asked (repository_id, manifest_id)
    JOIN repository_manifest AS placed
      ON placed.repository_id = asked.repository_id AND placed.manifest_id = asked.manifest_id AND placed.gone_at IS NULL`;

/** Their parameters. */
export function placementColumns(placements: readonly Placement[]): [bigint[], bigint[]] {
  return [placements.map(({ repositoryId }) => repositoryId), placements.map(({ manifestId }) => manifestId)];
}
