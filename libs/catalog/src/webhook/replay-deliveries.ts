import type { Sql } from '../open-catalog.js';
import { DELIVERY_MATCHES, deliveryValues, type DeliveryFilter } from './find-deliveries.js';

const REPLAY = `
  UPDATE delivery SET state = 'waiting', attempts = 0, next_at = $7, queued_at = $7, ended_at = NULL
    FROM webhook
   WHERE webhook.id = delivery.webhook_id AND webhook.removed_at IS NULL AND ${DELIVERY_MATCHES}`;

/**
 * Has messages sent anew: the same bytes under the same id, so that a receiver that has them already can tell. Returns how
 * many. Those of a webhook that is configured no longer stay as they are.
 */
export async function replayDeliveries(db: Sql, filter: DeliveryFilter, now: Date): Promise<number> {
  const { rowCount } = await db.query(REPLAY, [...deliveryValues(filter), now]);
  return rowCount ?? 0;
}
