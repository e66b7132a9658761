import { isJsonArray, type JsonValue } from '@strata/oci';
import type { RegistryEvent } from '../registry-event.js';
import type { EventBytes } from './base-facts.js';
import { readList } from './read-list.js';
import { readPayload } from './read-payload.js';

/** Reads a delivery that is one event or a list of them, each with its own bytes; total as long as `read` is. */
export function readOneOrMany(
  body: Uint8Array,
  read: (event: JsonValue, bytes: EventBytes) => readonly RegistryEvent[],
): readonly RegistryEvent[] {
  return readPayload(body, { spansOf: '' }, ({ value, spans, remark }) =>
    isJsonArray(value)
      ? readList({ body, elements: value, spans }, (element, raw) => read(element, { raw, remark }))
      : read(value, { raw: body, remark }),
  );
}
