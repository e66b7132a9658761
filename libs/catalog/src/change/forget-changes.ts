import type { Sql } from '../open-catalog.js';

// A webhook that is not told anything (its receiver is gone) keeps nothing from being forgotten.
const FORGET = `
  WITH unread AS (
    SELECT position_xid AS xid, position_id AS id FROM webhook
     WHERE removed_at IS NULL AND state = 'active' ORDER BY position_xid, position_id LIMIT 1
  ), forgotten AS (
    DELETE FROM change
     WHERE (xid, id) IN (
       SELECT xid, id FROM change
        WHERE at < $1 AND (at < $2 OR NOT EXISTS (SELECT FROM unread WHERE (unread.xid, unread.id) < (change.xid, change.id)))
          AND (xid, id) < (SELECT xid, id FROM change ORDER BY xid DESC, id DESC LIMIT 1) AND at < (SELECT max(at) FROM change)
        ORDER BY at LIMIT $3)
    RETURNING xid, id, at
  ), lost AS (
    UPDATE webhook SET lost_since = missed.at
      FROM (
        SELECT webhook.id, min(forgotten.at) AS at
          FROM webhook JOIN forgotten ON (forgotten.xid, forgotten.id) > (position_xid, position_id)
         WHERE removed_at IS NULL AND lost_since IS NULL GROUP BY webhook.id
      ) AS missed
     WHERE webhook.id = missed.id
  )
  SELECT FROM forgotten`;

/**
 * Forgets what was told before `before`, and what some webhook has not read yet only if it is older than `unreadBefore`:
 * that webhook is marked as one that has lost something. The last change is never forgotten: it says where the feed stands,
 * and since when. Returns how many rows. Anybody else who has not read them by then must ask for the tags as they are.
 */
export async function forgetChanges(
  db: Sql,
  { before, unreadBefore, limit = 10_000 }: { before: Date; unreadBefore: Date; limit?: number },
): Promise<number> {
  const { rowCount } = await db.query(FORGET, [before, unreadBefore, limit]);
  return rowCount ?? 0;
}
