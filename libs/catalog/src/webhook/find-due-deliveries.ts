import type { Sql } from '../open-catalog.js';

/** A message that is to be sent now. */
export interface DueDelivery {
  readonly id: bigint;
  /** A UUID: what the receiver knows it by, the same however often it is sent. */
  readonly messageId: string;
  readonly reference: string | null;
  readonly body: Uint8Array;
  /** Times that it was sent in vain since it was queued. */
  readonly attempts: number;
  /** When it was made, or when somebody wanted it to be sent anew. */
  readonly queuedAt: Date;
}

const FIND = `
  SELECT id, message_id AS "messageId", reference, body, attempts, queued_at AS "queuedAt"
    FROM delivery WHERE webhook_id = $1 AND state = 'waiting' AND next_at <= $2
   ORDER BY next_at, id LIMIT $3`;

/** What a webhook is to be sent now, those that are due the longest first; those of one moment in the order of the feed. */
export async function findDueDeliveries(
  db: Sql,
  webhookId: number,
  { now, limit }: { readonly now: Date; readonly limit: number },
): Promise<readonly DueDelivery[]> {
  const { rows } = await db.query<DueDelivery>(FIND, [webhookId, now, limit]);
  return rows;
}
