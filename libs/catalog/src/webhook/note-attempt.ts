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

/** How the receiver is doing after that. */
export interface ReceiverHealth {
  readonly troubles: number;
  readonly pausedUntil: Date | null;
}

// One that was noted or replayed meanwhile is left alone.
const NOTE = `
  WITH ended AS (
    SELECT $3::timestamptz AS at, $5::text AS error, $6::timestamptz AS next_at
  ), noted AS (
    UPDATE delivery
       SET state = CASE WHEN ended.error IS NULL THEN 'delivered'::delivery_state
                        WHEN ended.next_at IS NULL THEN 'failed' ELSE 'waiting' END,
           ended_at = CASE WHEN ended.error IS NULL OR ended.next_at IS NULL THEN ended.at END,
           attempts = attempts + 1, next_at = coalesce(ended.next_at, delivery.next_at),
           last_at = ended.at, last_status = $4, last_error = ended.error
      FROM ended
     WHERE id = $1 AND attempts = $2 AND state = 'waiting'
    RETURNING webhook_id
  )
  UPDATE webhook SET troubles = $7, paused_until = $8,
         delivered_at = CASE WHEN ended.error IS NULL THEN ended.at ELSE delivered_at END
    FROM noted, ended WHERE webhook.id = noted.webhook_id`;

/** Writes down what came of sending a message, and how its receiver is doing. */
export async function noteAttempt(
  db: Sql,
  { id, attempts }: Pick<DueDelivery, 'id' | 'attempts'>,
  { at, status, error, nextAt }: AttemptEnd,
  { troubles, pausedUntil }: ReceiverHealth,
): Promise<void> {
  await db.query(NOTE, [id, attempts, at, status, error, nextAt, troubles, pausedUntil]);
}

/** Tells a webhook nothing more, until its address changes or somebody enables it. What waits for it goes on waiting. */
export async function disableWebhook(db: Sql, id: number, reason: string): Promise<void> {
  await db.query(`UPDATE webhook SET state = 'disabled', state_reason = $2 WHERE id = $1`, [id, reason]);
}
