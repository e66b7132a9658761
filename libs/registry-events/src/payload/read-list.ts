import type { ByteSpan, JsonValue } from '@strata/oci';
import { emptyDelivery, quarantineDelivery } from '../quarantine-delivery.js';
import type { RegistryEvent } from '../registry-event.js';
import { MAX_EVENTS } from './read-payload.js';

/** The events of a delivery that holds a list of them: where each one stands in `body`. */
export interface EventList {
  readonly body: Uint8Array;
  readonly elements: readonly JsonValue[];
  readonly spans: readonly ByteSpan[] | null;
}

/** Reads each element with its own bytes. An empty list is ignored, one of more than `MAX_EVENTS` set aside whole. */
export function readList(
  { body, elements, spans }: EventList,
  read: (element: JsonValue, raw: Uint8Array) => readonly RegistryEvent[],
): readonly RegistryEvent[] {
  if (elements.length === 0) return [emptyDelivery(body)];
  if (elements.length > MAX_EVENTS) {
    return [quarantineDelivery(body, 'TOO_MANY_EVENTS', `${elements.length} events, ${MAX_EVENTS} at most`)];
  }
  return elements.flatMap((element, index) => {
    const span = spans?.[index];
    return read(element, span === undefined ? body : body.subarray(span.start, span.end));
  });
}
