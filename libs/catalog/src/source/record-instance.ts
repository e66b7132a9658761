import { boundedStatement } from '../inbox/record-events-statement.js';
import type { Catalog } from '../open-catalog.js';

/** One life of a registry process, as one of its events names it. */
export interface SeenInstance {
  readonly sourceId: number;
  readonly instanceId: string;
  readonly seenAt: Date;
}

/**
 * How many lives of a source's registry are remembered; the oldest are forgotten, so that a sender with a new id in every
 * event fills nothing. One that comes back after that counts as new, and costs a crawl.
 */
export const MAX_INSTANCES = 100;

// The second EXISTS, and what is forgotten, see the table as it was before this statement, so without the row that is being added.
const RECORD = `
WITH added AS (
  INSERT INTO source_instance (source_id, instance_id, first_seen_at) VALUES ($1, $2, $3)
  ON CONFLICT DO NOTHING RETURNING 1
), marked AS (
  UPDATE source SET dirty_since = greatest(dirty_since, $3)
  WHERE id = $1
    AND EXISTS (SELECT FROM added)
    AND EXISTS (SELECT FROM source_instance WHERE source_id = $1)
  RETURNING 1
), forgotten AS (
  DELETE FROM source_instance
  WHERE source_id = $1 AND EXISTS (SELECT FROM added)
    AND instance_id IN (
      SELECT instance_id FROM source_instance WHERE source_id = $1
      ORDER BY first_seen_at DESC, instance_id OFFSET $4 FOR UPDATE SKIP LOCKED)
)
SELECT EXISTS (SELECT FROM added) AS added, EXISTS (SELECT FROM marked) AS marked`;

/**
 * Remembers an instance. A new one that is not the source's first means that its predecessor stopped, and a registry
 * forgets its unsent events when it stops: the source is marked dirty, so that a crawl finds what was never said.
 */
export async function recordInstance(
  catalog: Pick<Catalog, 'pool'>,
  { sourceId, instanceId, seenAt }: SeenInstance,
): Promise<{ readonly isNew: boolean; readonly marksDirty: boolean }> {
  const result = await catalog.pool.query<{ added: boolean; marked: boolean }>(
    boundedStatement(RECORD, [sourceId, instanceId, seenAt.toISOString(), MAX_INSTANCES - 1]),
  );
  const row = result.rows[0];
  return { isNew: row?.added === true, marksDirty: row?.marked === true };
}
