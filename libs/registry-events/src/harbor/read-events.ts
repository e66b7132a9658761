import { isJsonObject } from '@strata/oci';
import { isCloudEvent, readCloudEvent } from '../cloud-events/read-cloud-event.js';
import { baseFacts } from '../payload/base-facts.js';
import { kindOf, objectIn, textIn, unixTimeIn } from '../payload/fields.js';
import { unreadable } from '../payload/read-change.js';
import { readPayload } from '../payload/read-payload.js';
import { severalEvents } from '../payload/several-events.js';
import { quarantineDelivery } from '../quarantine-delivery.js';
import type { Delivery, RegistryEvent } from '../registry-event.js';
import { readEventData } from './read-event-data.js';
import { readHarborCloudEvent } from './read-harbor-cloud-event.js';

/**
 * Reads a webhook of Harbor: its default format, or CloudEvents in structured mode, which has an id and a time of its own
 * around the same data. The default format has no id, but digest and second: its bytes tell repeats apart.
 */
export function readEvents({ body }: Pick<Delivery, 'body'>): readonly RegistryEvent[] {
  return readPayload(body, {}, ({ value, remark }) => {
    if (!isJsonObject(value)) {
      return [quarantineDelivery(body, 'SHAPE', `a webhook is an object, this is ${kindOf(value)}`)];
    }
    const bytes = { raw: body, remark };
    if (isCloudEvent(value)) return readCloudEvent(value, bytes, readHarborCloudEvent);
    const facts = baseFacts(bytes, {
      action: textIn(value, 'type'),
      actor: textIn(value, 'operator'),
      sourceTime: unixTimeIn(value, 'occur_at'),
    });
    const type = textIn(value, 'type');
    if (type === null) return [unreadable(facts, 'SHAPE', 'the type of the event is missing')];
    return severalEvents(body, readEventData(type, objectIn(value, 'event_data'), facts));
  });
}
