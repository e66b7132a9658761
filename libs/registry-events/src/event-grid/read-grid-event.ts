import { isJsonObject, type JsonObject, type JsonValue } from '@strata/oci';
import { readAcrChange } from '../acr/read-acr-change.js';
import type { CloudEvent } from '../cloud-events/cloud-event.js';
import type { BaseFacts } from '../payload/base-facts.js';
import { ignored } from '../payload/read-change.js';
import type { RegistryEvent } from '../registry-event.js';

/** The words of the webhook for the types of Event Grid; a subscription's handshake is a ping. */
const ACTIONS: ReadonlyMap<string, string> = new Map([
  ['ImagePushed', 'push'],
  ['ImageDeleted', 'delete'],
  ['ChartPushed', 'chart_push'],
  ['ChartDeleted', 'chart_delete'],
  ['SubscriptionValidationEvent', 'ping'],
  ['SubscriptionDeletedEvent', 'ping'],
]);

/** A container registry's event that came through Event Grid as a CloudEvent. */
export function readGridCloudEvent({ type, data, facts }: CloudEvent): readonly RegistryEvent[] {
  return [readGridEvent(type, data, facts)];
}

/** One event by its type; documentation shows types with and without `Microsoft.ContainerRegistry.` before them. */
export function readGridEvent(type: string, data: JsonValue | undefined, base: BaseFacts): RegistryEvent {
  const action = ACTIONS.get(type.slice(type.lastIndexOf('.') + 1));
  if (action === undefined) return ignored(base, 'UNKNOWN_ACTION');
  const event: JsonObject = isJsonObject(data) ? data : {};
  return readAcrChange(action, event, base);
}
