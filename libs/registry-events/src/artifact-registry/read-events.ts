import { isJsonObject, type JsonObject } from '@strata/oci';
import { baseFacts, type BaseFacts, type EventBytes } from '../payload/base-facts.js';
import { idIn, kindOf, readTime, textIn, timeIn, usableId } from '../payload/fields.js';
import { jsonInBase64 } from '../payload/json-in-base64.js';
import { ignored, readChange, unreadable } from '../payload/read-change.js';
import { readDeletion } from '../payload/read-deletion.js';
import { readObject } from '../payload/read-object.js';
import type { Delivery, RegistryEvent } from '../registry-event.js';
import { namesInReferences } from './names-in-references.js';

/**
 * Reads what Pub/Sub pushes of the topic `gcr`: a message whose data is a notification of Artifact Registry in base64,
 * or, where the subscription unwraps, the notification itself with the message's id in a header.
 */
export function readEvents({ headers, body }: Delivery): readonly RegistryEvent[] {
  return readObject(body, (envelope, bytes) => {
    if (isJsonObject(envelope['message'])) return readMessage(envelope['message'], bytes);
    return readNotification(envelope, bytes, {
      nativeId: usableId(headers.get('x-goog-pubsub-message-id')),
      sourceTime: readTime(headers.get('x-goog-pubsub-publish-time') ?? null),
    });
  });
}

type MessageFacts = Pick<BaseFacts, 'nativeId' | 'sourceTime'>;

function readMessage(message: JsonObject, bytes: EventBytes): readonly RegistryEvent[] {
  const known: MessageFacts = {
    nativeId: idIn(message, 'messageId') ?? idIn(message, 'message_id'),
    sourceTime: timeIn(message, 'publishTime') ?? timeIn(message, 'publish_time'),
  };
  const encoded = textIn(message, 'data');
  const base = baseFacts(bytes, known);
  if (encoded === null) return [ignored(base, 'NO_EVENTS')]; // a message of attributes alone
  const payload = jsonInBase64(encoded);
  if ('reason' in payload) return [unreadable(base, payload.reason, payload.detail)];
  return isJsonObject(payload.value)
    ? readNotification(payload.value, { raw: bytes.raw, remark: bytes.remark ?? payload.remark }, known)
    : [unreadable(base, 'SHAPE', `a notification is an object, this is ${kindOf(payload.value)}`)];
}

function readNotification(notification: JsonObject, bytes: EventBytes, known: MessageFacts): readonly RegistryEvent[] {
  const action = textIn(notification, 'action');
  const base = baseFacts(bytes, { ...known, action });
  const names = namesInReferences(textIn(notification, 'digest'), textIn(notification, 'tag'));
  if ('problem' in names) return [unreadable(base, 'BAD_NAME', names.problem)];
  switch (action) {
    case 'INSERT':
      return [readChange({ change: 'pushed', ...names }, base)];
    case 'DELETE':
      return readDeletion(names, base);
    case null:
      return [unreadable(base, 'SHAPE', `"action" is a text, this is ${kindOf(notification['action'])}`)];
    default:
      return [ignored(base, 'UNKNOWN_ACTION', names)];
  }
}
