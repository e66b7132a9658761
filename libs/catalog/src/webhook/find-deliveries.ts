import type { Sql } from '../open-catalog.js';
import type { DeliveryState } from '../stored-words.js';

/** One message of the log. */
export interface DeliveryRow {
  readonly id: bigint;
  readonly webhook: string;
  /** As the receiver knows it. */
  readonly messageId: string;
  readonly type: string;
  readonly changes: number;
  readonly reference: string | null;
  readonly state: DeliveryState;
  readonly attempts: number;
  readonly createdAt: Date;
  /** Of one that waits. */
  readonly nextAt: Date;
  readonly lastAt: Date | null;
  readonly lastStatus: number | null;
  readonly lastError: string | null;
}

/** Which messages; what is not said does not matter. */
export interface DeliveryFilter {
  readonly webhook?: string | undefined;
  readonly type?: string | undefined;
  readonly state?: DeliveryState | undefined;
  readonly id?: readonly bigint[] | undefined;
  /** Made then or later, and before. */
  readonly since?: Date | undefined;
  readonly before?: Date | undefined;
}

/** The condition on `delivery JOIN webhook` for the values of `deliveryValues`, which are the first six of a statement. */
export const DELIVERY_MATCHES = `
  ($1::text IS NULL OR webhook.name = $1) AND ($2::delivery_state IS NULL OR delivery.state = $2)
  AND ($3::bigint[] IS NULL OR delivery.id = ANY ($3)) AND ($4::timestamptz IS NULL OR delivery.created_at >= $4)
  AND ($5::timestamptz IS NULL OR delivery.created_at < $5) AND ($6::text IS NULL OR delivery.type = $6)`;

/** The values of `DELIVERY_MATCHES`. */
export function deliveryValues({ webhook, state, id, since, before, type }: DeliveryFilter): unknown[] {
  return [webhook ?? null, state ?? null, id ?? null, since ?? null, before ?? null, type ?? null];
}

const FIND = `
  SELECT delivery.id, webhook.name AS webhook, message_id AS "messageId", type, changes, reference, delivery.state, attempts,
         created_at AS "createdAt", next_at AS "nextAt", last_at AS "lastAt", last_status AS "lastStatus",
         last_error AS "lastError"
    FROM delivery JOIN webhook ON webhook.id = delivery.webhook_id
   WHERE ${DELIVERY_MATCHES} ORDER BY delivery.id DESC LIMIT $7`;

/** The messages that match, the newest first. */
export async function findDeliveries(db: Sql, filter: DeliveryFilter, limit: number): Promise<readonly DeliveryRow[]> {
  const { rows } = await db.query<DeliveryRow>(FIND, [...deliveryValues(filter), limit]);
  return rows;
}
