import type { Sql } from '../open-catalog.js';
import type { WebhookState } from '../stored-words.js';

/** How one webhook is doing. */
export interface WebhookRow {
  readonly name: string;
  /** Scheme, host and port of its address. */
  readonly target: string;
  readonly state: WebhookState;
  readonly stateReason: string | null;
  /** Messages to be sent, and those of them that were sent in vain at least once. */
  readonly waiting: number;
  readonly failing: number;
  /** Messages that were given up, as far as the log goes back. */
  readonly failed: number;
  /** When the oldest change was made that it has not read yet; null: it has read all. */
  readonly unreadSince: Date | null;
  readonly lostSince: Date | null;
  readonly pausedUntil: Date | null;
  readonly lastDeliveryAt: Date | null;
}

const FIND = `
  SELECT name, target, state, state_reason AS "stateReason", queued.waiting, queued.failing, given_up.failed,
         unread.at AS "unreadSince", lost_since AS "lostSince", paused_until AS "pausedUntil", delivered_at AS "lastDeliveryAt"
    FROM webhook
    CROSS JOIN LATERAL (
      SELECT count(*)::int AS waiting, count(*) FILTER (WHERE attempts > 0)::int AS failing
        FROM delivery WHERE webhook_id = webhook.id AND delivery.state = 'waiting') AS queued
    CROSS JOIN LATERAL (
      SELECT count(*)::int AS failed FROM delivery WHERE webhook_id = webhook.id AND delivery.state = 'failed') AS given_up
    LEFT JOIN LATERAL (
      SELECT at FROM change WHERE (xid, change.id) > (position_xid, position_id) ORDER BY xid, change.id LIMIT 1) AS unread ON TRUE
   WHERE removed_at IS NULL ORDER BY name`;

/** Every webhook that is configured, by name. */
export async function findWebhooks(db: Sql): Promise<readonly WebhookRow[]> {
  return (await db.query<WebhookRow>(FIND)).rows;
}
