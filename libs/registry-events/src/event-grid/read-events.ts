import { isJsonObject, type JsonValue } from '@strata/oci';
import { isCloudEvent, readCloudEvent } from '../cloud-events/read-cloud-event.js';
import { readCloudEvents } from '../cloud-events/read-cloud-events.js';
import { baseFacts, type EventBytes } from '../payload/base-facts.js';
import { idIn, kindOf, textIn, timeIn } from '../payload/fields.js';
import { unreadable } from '../payload/read-change.js';
import { readOneOrMany } from '../payload/read-one-or-many.js';
import type { Delivery, RegistryEvent } from '../registry-event.js';
import { readGridCloudEvent, readGridEvent } from './read-grid-event.js';

/**
 * Reads what Azure Event Grid delivers about a container registry, in its own schema (a list of events) and in that of
 * CloudEvents. The events of a subscription's handshake are answered by the hook and kept here as ignored.
 */
export function readEvents(delivery: Delivery): readonly RegistryEvent[] {
  const { headers, body } = delivery;
  if (headers.has('ce-specversion')) return readCloudEvents(delivery, readGridCloudEvent);
  return readOneOrMany(body, readElement);
}

function readElement(value: JsonValue, bytes: EventBytes): readonly RegistryEvent[] {
  if (isCloudEvent(value)) return readCloudEvent(value, bytes, readGridCloudEvent);
  if (!isJsonObject(value)) {
    return [unreadable(baseFacts(bytes, {}), 'SHAPE', `an event is an object, this is ${kindOf(value)}`)];
  }
  const type = textIn(value, 'eventType');
  const base = baseFacts(bytes, { action: type, nativeId: idIn(value, 'id'), sourceTime: timeIn(value, 'eventTime') });
  return type === null
    ? [unreadable(base, 'SHAPE', `"eventType" is a text, this is ${kindOf(value['eventType'])}`)]
    : [readGridEvent(type, value['data'], base)];
}
