import { digestOf } from '@strata/oci';
import { quarantineDelivery } from '../quarantine-delivery.js';
import type { RegistryEvent } from '../registry-event.js';
import { MAX_EVENTS } from './read-payload.js';

/** What the events of one delivery may keep together: as much as the largest delivery has. */
const MAX_KEPT_BYTES = 8 * 1024 * 1024;

/**
 * For a delivery that tells of several things in bytes that cannot be taken apart: each event keeps the whole body, and
 * gets a number behind its id, since neither id nor bytes tell it from its neighbours. None at all is no events; too
 * many, or too many bytes in all, is one quarantined event.
 */
export function severalEvents(body: Uint8Array, events: readonly RegistryEvent[]): readonly RegistryEvent[] {
  const [only, ...others] = events;
  if (only === undefined) throw new Error('a delivery was read as no event');
  if (others.length === 0) return events;
  if (events.length > MAX_EVENTS) {
    return [quarantineDelivery(body, 'TOO_MANY_EVENTS', `${events.length} events, ${MAX_EVENTS} at most`)];
  }
  if (events.length * body.length > MAX_KEPT_BYTES) {
    const detail = `${events.length} events in ${body.length} bytes, each of which has to keep them all`;
    return [quarantineDelivery(body, 'TOO_LARGE', detail)];
  }
  const bytes = digestOf(body);
  return events.map((event, index) => ({ ...event, nativeId: `${event.nativeId ?? bytes}#${index}` }));
}
