import { bareFacts } from './bare-facts.js';
import type { QuarantineReason, RegistryEvent } from './registry-event.js';

/**
 * The one event that stands for a delivery nobody can read, whatever its dialect. `nativeId` is for bytes that are
 * not all there: it tells apart what `raw` alone could not.
 */
export function quarantineDelivery(
  raw: Uint8Array,
  reason: QuarantineReason,
  detail: string,
  nativeId: string | null = null,
): RegistryEvent {
  return { ...bareFacts(raw), kind: 'quarantined', reason, detail, nativeId };
}

/** A delivery that can be read and says nothing. */
export function emptyDelivery(raw: Uint8Array): RegistryEvent {
  return { ...bareFacts(raw), kind: 'ignored', reason: 'NO_EVENTS' };
}
