import { digestOf } from '@strata/oci';
import type { Delivery } from '../registry-event.js';

/**
 * The id of a delivery whose sender gives it neither an id nor a time: the same words about the same tag are another event
 * when they come another time. What the sender repeats after a failure counts as another event too, and only costs a look.
 */
export function receivedId({ body, receivedAt }: Pick<Delivery, 'body' | 'receivedAt'>): string {
  return `${receivedAt.toISOString()} ${digestOf(body)}`;
}
