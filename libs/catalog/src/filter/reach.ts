import { sql, type SqlPart } from './sql.js';

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

/** Whether some repository still holds the manifest of this id. */
export function isHeld(manifestId: SqlPart): SqlPart {
  return sql`EXISTS (
    SELECT FROM repository_manifest AS placement
    WHERE placement.manifest_id = ${manifestId} AND placement.gone_at IS NULL)`;
}
