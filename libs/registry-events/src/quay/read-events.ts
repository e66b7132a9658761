import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from '@strata/oci';
import { baseFacts, type EventBytes } from '../payload/base-facts.js';
import { kindOf, textIn } from '../payload/fields.js';
import { idOfArrival } from '../payload/id-of-arrival.js';
import { ignored, readChange } from '../payload/read-change.js';
import { readObject } from '../payload/read-object.js';
import { severalEvents } from '../payload/several-events.js';
import { emptyDelivery, quarantineDelivery } from '../quarantine-delivery.js';
import type { Delivery, IgnoreReason, RegistryEvent } from '../registry-event.js';

/**
 * Reads a notification of Quay. Its payload has no name: `updated_tags` makes it a push, one event per tag, none with a
 * digest, which is found out by observing the tag. It has neither id nor time, so each delivery counts.
 */
export function readEvents(delivery: Pick<Delivery, 'body' | 'receivedAt'>): readonly RegistryEvent[] {
  return readObject(delivery.body, (notification, bytes) =>
    notification['updated_tags'] === undefined
      ? readOther(notification, bytes)
      : readPush(notification, bytes, idOfArrival(delivery)),
  );
}

function readPush(value: JsonObject, bytes: EventBytes, nativeId: string): readonly RegistryEvent[] {
  const updated = value['updated_tags'];
  // Around 2013 it was an object with the tags as keys.
  const tags: readonly JsonValue[] | null = isJsonArray(updated)
    ? updated
    : isJsonObject(updated)
      ? Object.keys(updated)
      : null;
  if (tags === null) {
    return [quarantineDelivery(bytes.raw, 'SHAPE', `"updated_tags" is a list, this is ${kindOf(updated)}`)];
  }
  if (tags.length === 0) return [emptyDelivery(bytes.raw)];
  const facts = baseFacts(bytes, { action: 'repo_push', nativeId });
  const repository = repositoryOf(value);
  const events = tags.map((tag) => readChange({ change: 'pushed', repository, tag }, facts));
  return severalEvents(bytes.raw, events);
}

/** The path of the address to pull from is the name, whatever else the owner's own template says. */
function repositoryOf(value: JsonObject): JsonValue | undefined {
  const url = textIn(value, 'docker_url');
  const slash = url?.indexOf('/') ?? -1;
  return url === null || slash < 0 ? value['repository'] : url.slice(slash + 1);
}

/** The marks of Quay's other notifications; whatever bears none is ignored without a name. */
const MARKS: readonly (readonly [key: string, reason: IgnoreReason, action: string])[] = [
  ['vulnerability', 'SCAN', 'vulnerability_found'],
  ['build_id', 'BUILD', 'build'],
  ['expiring_in', 'RETENTION', 'repo_image_expiry'],
];

function readOther(value: JsonObject, bytes: EventBytes): readonly RegistryEvent[] {
  const [, reason, action] = MARKS.find(([key]) => value[key] !== undefined) ?? ['', 'UNKNOWN_ACTION', ''];
  return [ignored(baseFacts(bytes, { action }), reason, { repository: repositoryOf(value) })];
}
