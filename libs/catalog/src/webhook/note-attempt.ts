import type { Sql } from '../open-catalog.js';
import type { DueDelivery } from './find-due-deliveries.js';

/** What came of sending a message once. */
export interface AttemptEnd {
  readonly at: Date;
  /** The status of the answer; null where there was none. */
  readonly status: number | null;
  /** Why it was in vain; null: it was not. */
  readonly error: string | null;
  /** When it is sent again; null: never. */
  readonly nextAt: Date | null;
}

/** How a receiver is doing. */
export interface ReceiverHealth {
  readonly troubles: number;
  readonly pausedUntil: Date | null;
}

// One that was noted or replayed meanwhile is left alone.
const NOTE = `
  WITH ended AS (
    SELECT $3::timestamptz AS at, $5::text AS error, $6::timestamptz AS next_at
  )
  UPDATE delivery
     SET state = CASE WHEN ended.error IS NULL THEN 'delivered'::delivery_state
                      WHEN ended.next_at IS NULL THEN 'failed' ELSE 'waiting' END,
         ended_at = CASE WHEN ended.error IS NULL OR ended.next_at IS NULL THEN ended.at END,
         attempts = attempts + 1, next_at = coalesce(ended.next_at, delivery.next_at),
         last_at = ended.at, last_status = $4, last_error = ended.error
    FROM ended
   WHERE id = $1 AND attempts = $2 AND state = 'waiting'`;

/** Writes down what came of sending a message. */
export async function noteAttempt(
  db: Sql,
  { id, attempts }: Pick<DueDelivery, 'id' | 'attempts'>,
  { at, status, error, nextAt }: AttemptEnd,
): Promise<void> {
  await db.query(NOTE, [id, attempts, at, status, error, nextAt]);
}

/** Writes down how a receiver is doing after some messages, and when one last arrived if one did. */
export async function noteHealth(
  db: Sql,
  webhookId: number,
  { troubles, pausedUntil, deliveredAt }: ReceiverHealth & { readonly deliveredAt: Date | null },
): Promise<void> {
  await db.query(
    `UPDATE webhook SET troubles = $2, paused_until = $3, delivered_at = coalesce($4, delivered_at) WHERE id = $1`,
    [webhookId, troubles, pausedUntil, deliveredAt],
  );
}

/** Tells a webhook nothing more, until its address changes or somebody enables it. What waits for it goes on waiting. */
export async function disableWebhook(db: Sql, id: number, reason: string): Promise<void> {
  await db.query(`UPDATE webhook SET state = 'disabled', state_reason = $2 WHERE id = $1`, [id, reason]);
}
