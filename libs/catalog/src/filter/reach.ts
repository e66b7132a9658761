import { rawSql, sql, type SqlPart } from './sql.js';

/** The ids that `seed` selects, and those of every index that lists one of them, at any depth. */
export function reaching(seed: SqlPart): SqlPart {
  return sql`WITH RECURSIVE reach (id) AS (
    ${seed}
    UNION
    SELECT entry.manifest_id
    FROM reach
    JOIN manifest AS child ON child.id = reach.id
    JOIN index_entry AS entry ON entry.child_digest = child.digest
  ) SELECT id FROM reach`;
}

/** As `reaching`, for pairs of `id` and `repository_id`, which keep their repository. */
export function reachingPlaced(pairs: SqlPart): SqlPart {
  return sql`WITH RECURSIVE reach (id, repository_id) AS (
    ${pairs}
    UNION
    SELECT entry.manifest_id, reach.repository_id
    FROM reach
    JOIN manifest AS child ON child.id = reach.id
    JOIN index_entry AS entry ON entry.child_digest = child.digest
  ) SELECT id, repository_id FROM reach`;
}

/** The ids that `seed` selects, and those of everything below them that a client may come to run. */
export function leadingTo(seed: SqlPart): SqlPart {
  return sql`WITH RECURSIVE down (id) AS (
    ${seed}
    UNION
    SELECT child.id
    FROM down
    JOIN index_entry AS entry ON entry.manifest_id = down.id AND entry.kind IN ('platform', 'index', 'unknown')
    JOIN manifest AS child ON child.digest = entry.child_digest
  ) SELECT id FROM down`;
}

/** Whether some repository still holds the manifest of this id; at a moment, whether one held it then. */
export function isHeld(manifestId: SqlPart, at: Date | null = null): SqlPart {
  const then =
    at === null
      ? rawSql('placement.gone_at IS NULL')
      : sql`placement.first_seen_at <= ${at}::timestamptz AND (placement.gone_at IS NULL OR placement.gone_at > ${at}::timestamptz)`;
  return sql`EXISTS (
    SELECT FROM repository_manifest AS placement WHERE placement.manifest_id = ${manifestId} AND ${then})`;
}
