import { baseFacts } from '../payload/base-facts.js';
import { idIn, kindOf, textIn, timeIn } from '../payload/fields.js';
import { unreadable } from '../payload/read-change.js';
import { readObject } from '../payload/read-object.js';
import type { Delivery, RegistryEvent } from '../registry-event.js';
import { readAcrChange } from './read-acr-change.js';

/** Reads the webhook of Azure Container Registry: one event per delivery. */
export function readEvents({ body }: Delivery): readonly RegistryEvent[] {
  return readObject(body, (event, bytes) => {
    const action = textIn(event, 'action');
    const base = baseFacts(bytes, {
      action,
      nativeId: idIn(event, 'id'),
      sourceTime: timeIn(event, 'timestamp'),
    });
    if (action === null) return [unreadable(base, 'SHAPE', `"action" is a text, this is ${kindOf(event['action'])}`)];
    return [readAcrChange(action, event, base)];
  });
}
