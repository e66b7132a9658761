import type { ChangePosition } from '../change/tell-changes.js';
import type { Sql } from '../open-catalog.js';
import type { WebhookState } from '../stored-words.js';

/** A webhook that this process alone sends to, as it stands. */
export interface HeldWebhook {
  readonly id: number;
  readonly name: string;
  readonly state: WebhookState;
  /** How far it has read the feed. */
  readonly position: ChangePosition;
  /** The feed has forgotten changes from then on that it had not read; null: none. */
  readonly lostSince: Date | null;
  /** Somebody wants a test message; null: nobody. */
  readonly testAskedAt: Date | null;
  /** Nothing is sent before then. */
  readonly pausedUntil: Date | null;
  /** Messages one after the other that the receiver could not take. */
  readonly troubles: number;
  /** Messages that wait to be sent, counted up to `MAX_WAITING`. */
  readonly waiting: number;
}

/** So many messages may wait; beyond, the feed itself is where changes wait. */
export const MAX_WAITING = 10_000;

// Written only when the hold is half over, so that looking often costs no writes.
const HOLD = `
  WITH held AS (
    UPDATE webhook SET holder = $2, held_until = now() + $3::float8 * interval '1 ms'
     WHERE id = $1 AND removed_at IS NULL
       AND CASE WHEN holder = $2 THEN held_until < now() + $3::float8 / 2 * interval '1 ms'
                ELSE held_until IS NULL OR held_until <= now() END
    RETURNING id
  )
  SELECT id, name, state, position_xid || ':' || position_id AS position, lost_since AS "lostSince",
         test_asked_at AS "testAskedAt", paused_until AS "pausedUntil", troubles,
         (SELECT count(*)::int FROM (
            SELECT FROM delivery WHERE webhook_id = $1 AND delivery.state = 'waiting' LIMIT ${MAX_WAITING}) AS counted) AS waiting
    FROM webhook
   WHERE id = $1 AND removed_at IS NULL AND (EXISTS (SELECT FROM held) OR holder = $2 AND held_until > now())`;

/**
 * Takes or keeps the right to send to a webhook for `leaseMs`; null while another process has it, and for one that is
 * configured no longer. A process that ends without a word is waited for no longer than that. `holder` is a UUID.
 */
export async function holdWebhook(
  db: Sql,
  { id, holder, leaseMs }: { readonly id: number; readonly holder: string; readonly leaseMs: number },
): Promise<HeldWebhook | null> {
  const { rows } = await db.query<HeldWebhook>(HOLD, [id, holder, leaseMs]);
  return rows[0] ?? null;
}

/** Gives it back in order: another process may go on at once. */
export async function releaseWebhook(db: Sql, id: number, holder: string): Promise<void> {
  await db.query('UPDATE webhook SET holder = NULL, held_until = NULL WHERE id = $1 AND holder = $2', [id, holder]);
}
