import { isJsonArray, isJsonObject } from '@strata/oci';
import { kindOf } from '../payload/fields.js';
import { readList } from '../payload/read-list.js';
import { readPayload, type Payload } from '../payload/read-payload.js';
import { emptyDelivery, quarantineDelivery } from '../quarantine-delivery.js';
import type { Delivery, RegistryEvent } from '../registry-event.js';
import { readEvent } from './read-event.js';

/** An event may repeat every descriptor of its manifest (`includereferences`): 37,000 fit into one of 4 MiB. */
const MAX_VALUES = 300_000;

/**
 * Reads an envelope of CNCF Distribution 2.x or 3.x. Total: bytes that cannot be read become one quarantined event, an
 * element that cannot be read becomes a quarantined event beside the others. Only the body counts, not its media type.
 * The bytes of a single event, as `raw` keeps them, are read too, so that it can be read again.
 */
export function readEvents({ body }: Pick<Delivery, 'body'>): readonly RegistryEvent[] {
  return readPayload(body, { spansOf: 'events', maxValues: MAX_VALUES }, (payload) => readEnvelope(body, payload));
}

function readEnvelope(body: Uint8Array, { value, remark, spans }: Payload): readonly RegistryEvent[] {
  if (!isJsonObject(value)) {
    return [quarantineDelivery(body, 'SHAPE', `an envelope is an object, this is ${kindOf(value)}`)];
  }
  const elements = value['events'];
  if (elements === undefined && isJsonObject(value['target'])) return [readEvent(value, body, remark)];
  if (elements === undefined || elements === null) return [emptyDelivery(body)];
  if (!isJsonArray(elements)) {
    return [quarantineDelivery(body, 'SHAPE', `"events" is an array, this is ${kindOf(elements)}`)];
  }
  return readList({ body, elements, spans }, (event, raw) => [readEvent(event, raw, remark)]);
}
