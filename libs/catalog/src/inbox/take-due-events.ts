import { inTransaction, type Catalog } from '../open-catalog.js';
import type { HandedEvent } from './claimed-event.js';

/** How much may be on its way, and for how long before it is due again. */
export interface HandOverLimits {
  /** So that a source with a million events delays no other. Refilled once half of it is through, in one go. */
  readonly queuedPerSource: number;
  readonly leaseMs: number;
}

// A lateral query per source, because FOR UPDATE knows no window functions. Rows that another relay holds are skipped.
const TAKE = `
  WITH due AS (
    SELECT row.id
      FROM source
      CROSS JOIN LATERAL (
        SELECT count(*) AS events FROM inbox WHERE source_id = source.id AND state = 'queued'
      ) AS queued
      CROSS JOIN LATERAL (
        SELECT id FROM inbox
         WHERE source_id = source.id AND state = 'new' AND next_at <= now()
         ORDER BY next_at, id
         LIMIT CASE WHEN queued.events * 2 > $1 THEN 0 ELSE $1 - queued.events END
         FOR UPDATE SKIP LOCKED
      ) AS row
     WHERE source.paused_until IS NULL OR source.paused_until <= now()
  )
  UPDATE inbox
     SET state = 'queued', generation = generation + 1, lease_until = now() + $2 * interval '1 ms'
    FROM due
   WHERE inbox.id = due.id
  RETURNING inbox.id, inbox.generation`;

/** Leases out what is due, source by source. The caller hands it to the queue; what gets lost there comes back when the lease runs out. */
export async function takeDueEvents(catalog: Catalog, limits: HandOverLimits): Promise<readonly HandedEvent[]> {
  return inTransaction(catalog, async (sql) => {
    const { rows } = await sql.query<{ id: bigint; generation: number }>(TAKE, [
      limits.queuedPerSource,
      limits.leaseMs,
    ]);
    return rows.sort((a, b) => (a.id < b.id ? -1 : 1));
  });
}
