import { isJsonObject, type JsonObject, type ReadJsonOptions } from '@strata/oci';
import { quarantineDelivery } from '../quarantine-delivery.js';
import type { RegistryEvent } from '../registry-event.js';
import type { EventBytes } from './base-facts.js';
import { kindOf } from './fields.js';
import { payloadIn } from './read-payload.js';

/** Where the JSON of a delivery is, if not in its whole body, and how much of it is read at most. */
export interface ReadObjectOptions extends ReadJsonOptions {
  readonly json?: Uint8Array;
}

/** Reads a delivery that is one JSON object, as most senders write it; total as long as `read` is. */
export function readObject(
  body: Uint8Array,
  read: (object: JsonObject, bytes: EventBytes) => readonly RegistryEvent[],
  { json = body, ...options }: ReadObjectOptions = {},
): readonly RegistryEvent[] {
  const payload = payloadIn(json, options);
  if ('reason' in payload) return [quarantineDelivery(body, payload.reason, payload.detail)];
  const { value, remark } = payload;
  return isJsonObject(value)
    ? read(value, { raw: body, remark })
    : [quarantineDelivery(body, 'SHAPE', `an event is an object, this is ${kindOf(value)}`)];
}
