import type { Digest } from '@strata/oci';
import { digestFromBytes } from '../digest-bytes.js';
import type { Sql } from '../open-catalog.js';
import type { Placement } from './place-manifests.js';

/** Something that an index lists and that the repository holding the index is not known to hold. */
export interface Unplaced extends Placement {
  readonly digest: Digest;
  /** As the index has it; not every entry points at a manifest. */
  readonly mediaType: string;
  /** 1 for what the index itself lists, 2 for what an index in it lists. */
  readonly level: number;
}

const FIND = `
  WITH RECURSIVE below (repository_id, root, id, level) AS (
    SELECT DISTINCT repository_id, manifest_id, manifest_id, 1
      FROM unnest($1::bigint[], $2::bigint[]) AS asked (repository_id, manifest_id)
    UNION
    SELECT below.repository_id, below.root, child.id, below.level + 1
      FROM below
      JOIN index_entry AS entry ON entry.manifest_id = below.id
      JOIN manifest AS child ON child.digest = entry.child_digest AND child.kind = 'index'
      JOIN repository_manifest AS placed
        ON placed.repository_id = below.repository_id AND placed.manifest_id = child.id AND placed.gone_at IS NULL
     WHERE below.level < $3
  )
  SELECT below.repository_id, below.root, entry.child_digest, media_type.name AS media_type, min(below.level) AS level
    FROM below
    JOIN index_entry AS entry ON entry.manifest_id = below.id
    JOIN media_type ON media_type.id = entry.media_type_id
   WHERE NOT EXISTS (
           SELECT FROM manifest AS child JOIN repository_manifest AS placed ON placed.manifest_id = child.id
            WHERE child.digest = entry.child_digest AND placed.repository_id = below.repository_id
              AND placed.gone_at IS NULL)
   GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 5, 3, 4`;

/**
 * What is listed by these indexes, and by those inside them down to `levels`, that their repository is not known to hold.
 * Work derived from it is what brings an index and a child together that two transactions write at the same time: a
 * child that is placed here was committed, so that `settleIndexes`, run after this, sees it; any other one is
 * looked at once more when this transaction is over, and its index settled then. Hence the order: this first.
 */
export async function findUnplaced(
  sql: Sql,
  indexes: readonly Placement[],
  levels: number,
): Promise<readonly Unplaced[]> {
  if (indexes.length === 0) return [];
  const { rows } = await sql.query<{
    repository_id: bigint;
    root: bigint;
    child_digest: Buffer;
    media_type: string;
    level: number;
  }>(FIND, [indexes.map(({ repositoryId }) => repositoryId), indexes.map(({ manifestId }) => manifestId), levels]);
  return rows.map((row) => ({
    repositoryId: row.repository_id,
    manifestId: row.root,
    digest: digestFromBytes(row.child_digest),
    mediaType: row.media_type,
    level: row.level,
  }));
}
