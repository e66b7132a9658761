import { readPosition } from '../change/find-changes.js';
import type { ChangePosition } from '../change/tell-changes.js';
import type { Sql } from '../open-catalog.js';
import type { HeldWebhook } from './hold-webhook.js';

/** One message for a webhook. */
export interface MessageToQueue {
  readonly type: string;
  /** How many changes it tells of. */
  readonly changes: number;
  /** The one thing that it is about; messages about the same are sent in turn. Null for several. */
  readonly reference: string | null;
  /** What is sent, byte for byte, however often. */
  readonly body: Uint8Array;
}

/** The webhook as it was when its messages were made. */
export type QueuedFrom = Pick<HeldWebhook, 'id' | 'position' | 'lostSince' | 'testAskedAt'>;

// What it was asked for since then is asked for still.
const QUEUE = `
  WITH moved AS (
    UPDATE webhook
       SET position_xid = $4, position_id = $5,
           lost_since = CASE WHEN lost_since <= $6 THEN NULL ELSE lost_since END,
           test_asked_at = CASE WHEN test_asked_at <= $7 THEN NULL ELSE test_asked_at END
     WHERE id = $1 AND (position_xid, position_id) = ($2, $3)
    RETURNING id
  ), queued AS (
    INSERT INTO delivery (webhook_id, type, changes, reference, body, next_at, created_at, queued_at)
    SELECT moved.id, message.type, message.changes, message.reference, message.body, $8, $8, $8
      FROM moved, unnest($9::text[], $10::int[], $11::text[], $12::bytea[]) WITH ORDINALITY
        AS message (type, changes, reference, body, place)
     ORDER BY message.place
  )
  SELECT FROM moved`;

/**
 * Moves a webhook on in the feed to `to` and keeps what is to be sent of the changes up to there, in one commit: what it
 * has read is a row, and a row stands for what it has read. The messages also answer for what was lost and for a test
 * that was asked for. False when another process has moved it meanwhile; nothing is written then.
 */
export async function queueDeliveries(
  db: Sql,
  from: QueuedFrom,
  {
    to,
    messages,
    now,
  }: { readonly to: ChangePosition; readonly messages: readonly MessageToQueue[]; readonly now: Date },
): Promise<boolean> {
  const [before, after] = [readPosition(from.position), readPosition(to)];
  const { rowCount } = await db.query(QUEUE, [
    ...[from.id, before.xid, before.id, after.xid, after.id, from.lostSince, from.testAskedAt, now],
    messages.map(({ type }) => type),
    messages.map(({ changes }) => changes),
    messages.map(({ reference }) => reference),
    messages.map(({ body }) => body),
  ]);
  return rowCount === 1;
}
