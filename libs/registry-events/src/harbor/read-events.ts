import { isCloudEvent, readCloudEvent } from '../cloud-events/read-cloud-event.js';
import { baseFacts } from '../payload/base-facts.js';
import { objectIn, textIn, unixTimeIn } from '../payload/fields.js';
import { unreadable } from '../payload/read-change.js';
import { readObject } from '../payload/read-object.js';
import { severalEvents } from '../payload/several-events.js';
import type { Delivery, RegistryEvent } from '../registry-event.js';
import { readEventData } from './read-event-data.js';
import { readHarborCloudEvent } from './read-harbor-cloud-event.js';

/**
 * Reads a webhook of Harbor: its default format, or CloudEvents in structured mode, which has an id and a time of its own
 * around the same data. The default format has no id, but digest and second: its bytes tell repeats apart.
 */
export function readEvents({ body }: Pick<Delivery, 'body'>): readonly RegistryEvent[] {
  return readObject(body, (webhook, bytes) => {
    if (isCloudEvent(webhook)) return readCloudEvent(webhook, bytes, readHarborCloudEvent);
    const type = textIn(webhook, 'type');
    const facts = baseFacts(bytes, {
      action: type,
      actor: textIn(webhook, 'operator'),
      sourceTime: unixTimeIn(webhook, 'occur_at'),
    });
    if (type === null) return [unreadable(facts, 'SHAPE', 'the type of the event is missing')];
    return severalEvents(body, readEventData(type, objectIn(webhook, 'event_data'), facts));
  });
}
