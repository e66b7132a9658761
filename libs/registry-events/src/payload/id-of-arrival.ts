import { createHash } from 'node:crypto';
import type { Delivery } from '../registry-event.js';

/**
 * An id for what its sender gives none and no time either: two pushes of one tag may then be told in the same bytes, and
 * must not be taken for one. A delivery that is repeated counts twice, which costs one more look at the registry.
 */
export function idOfArrival({ body, receivedAt }: Pick<Delivery, 'body' | 'receivedAt'>): string {
  return `received:${receivedAt.toISOString()}:${createHash('sha256').update(body).digest('hex')}`;
}
