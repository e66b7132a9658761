import type { Sql } from '../open-catalog.js';

/** Forgets messages that came to their end before `before`. Returns how many. */
export async function pruneDeliveries(db: Sql, before: Date, limit = 10_000): Promise<number> {
  const { rowCount } = await db.query(
    `DELETE FROM delivery WHERE id IN (
       SELECT id FROM delivery WHERE state <> 'waiting' AND ended_at < $1 ORDER BY ended_at LIMIT $2)`,
    [before, limit],
  );
  return rowCount ?? 0;
}

/** Gives up messages that were queued before `before` and could not be sent, most of them for want of a receiver. */
export async function expireDeliveries(db: Sql, before: Date, now: Date): Promise<number> {
  const { rowCount } = await db.query(
    `UPDATE delivery SET state = 'failed', ended_at = $2, last_error = coalesce(last_error, 'it could not be sent in time')
      WHERE state = 'waiting' AND queued_at < $1`,
    [before, now],
  );
  return rowCount ?? 0;
}
