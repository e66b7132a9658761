import { isJsonObject, type JsonObject } from '@strata/oci';
import { baseFacts, type EventBytes } from '../payload/base-facts.js';
import { objectIn, textIn, timeIn, usableId } from '../payload/fields.js';
import { jsonInForm } from '../payload/json-in-form.js';
import { ignored, readChange, unreadable } from '../payload/read-change.js';
import { readObject } from '../payload/read-object.js';
import type { Delivery, RegistryEvent } from '../registry-event.js';

/**
 * Reads the `package` events of Gitea and Forgejo. A version is a tag, or the digest of a manifest that has none; the digest
 * behind a tag is not told. Other events of the same webhook are ignored under the name that their header gives.
 */
export function readEvents({ headers, body }: Delivery): readonly RegistryEvent[] {
  const read = (event: JsonObject, bytes: EventBytes): readonly RegistryEvent[] => [readEvent(event, bytes, headers)];
  return readObject(body, read, { json: jsonInForm(body) });
}

function readEvent(event: JsonObject, bytes: EventBytes, headers: Delivery['headers']): RegistryEvent {
  const item = objectIn(event, 'package');
  const isPackage = Object.keys(item).length > 0;
  const action = textIn(event, 'action');
  const told = headers.get('x-gitea-event') ?? headers.get('x-forgejo-event');
  const base = baseFacts(bytes, {
    action: (isPackage ? null : told) ?? action,
    nativeId: usableId(headers.get('x-gitea-delivery') ?? headers.get('x-forgejo-delivery')),
    sourceTime: action === 'created' ? timeIn(item, 'created_at') : null, // of a delete it is not the time
    actor: textIn(objectIn(event, 'sender'), 'login'),
  });
  if (!isPackage) {
    return isJsonObject(event['sender']) // as in every event of Gitea
      ? ignored(base, 'UNKNOWN_ACTION')
      : unreadable(base, 'SHAPE', '"package" is not there');
  }
  if (item['type'] !== 'container') return ignored(base, 'NOT_AN_IMAGE');
  const names = namesOf(item);
  switch (action) {
    case 'created':
      return readChange({ change: 'pushed', ...names }, base);
    case 'deleted':
      return readChange({ change: 'deleted', ...names }, base);
    default:
      return ignored(base, 'UNKNOWN_ACTION', names);
  }
}

/** The owner is part of the path in lower case; the name may hold slashes. */
function namesOf(item: JsonObject): { readonly repository: string | null; readonly tag: string | null } {
  const owner = textIn(objectIn(item, 'owner'), 'login');
  const name = textIn(item, 'name');
  return {
    repository: owner === null || name === null ? null : `${owner.toLowerCase()}/${name}`,
    tag: textIn(item, 'version'),
  };
}
