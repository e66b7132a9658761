import { isJsonObject, type JsonObject, type JsonValue } from '@strata/oci';
import { bareFacts } from '../bare-facts.js';
import { baseFacts, type EventBytes } from '../payload/base-facts.js';
import { idIn, kindOf, objectIn, textIn, timeIn } from '../payload/fields.js';
import { namesIn, quarantined, readChange, type ClaimedChange } from '../payload/read-change.js';
import type { EventFacts, RegistryEvent } from '../registry-event.js';
import { isBlobTarget } from './is-blob-target.js';

/** Our own requests, as the registry-client names itself. */
const OWN_USER_AGENT = 'strata/';

/**
 * One element of an envelope's `events`. Nothing in it is believed: host, url and media type choose nothing, and the
 * grammar is checked before a name may ever stand in a request. Never throws.
 */
export function readEvent(value: JsonValue, raw: Uint8Array, remark: string | null): RegistryEvent {
  if (!isJsonObject(value))
    return quarantined(bareFacts(raw), 'SHAPE', `an event is an object, this is ${kindOf(value)}`);
  const target = objectIn(value, 'target');
  const facts = factsOf(value, target, { raw, remark });
  switch (value['action']) {
    case 'pull':
      return { ...facts, kind: 'ignored', reason: isOwn(value) ? 'OWN_READ' : 'PULL' };
    case 'mount':
      return { ...facts, kind: 'ignored', reason: 'MOUNT' };
    case 'push':
    case 'delete':
      return isBlobTarget(target)
        ? { ...facts, kind: 'ignored', reason: 'BLOB' }
        : readChange(changeOf(value['action'], target), facts);
    default:
      return typeof value['action'] === 'string' && value['action'] !== ''
        ? { ...facts, kind: 'ignored', reason: 'UNKNOWN_ACTION' }
        : quarantined(facts, 'SHAPE', `"action" is a text, this is ${kindOf(value['action'])}`);
  }
}

/** Push and delete come in the same shapes: of a manifest, of a tag, and, for a delete, of a whole repository. */
function changeOf(action: 'push' | 'delete', target: JsonObject): ClaimedChange {
  const { repository, tag, digest } = target;
  if (action === 'push') return { change: 'pushed', repository, tag, digest };
  const whole = textIn(target, 'tag') === null && textIn(target, 'digest') === null;
  return { change: whole ? 'repository-deleted' : 'deleted', repository, tag, digest };
}

function factsOf(event: JsonObject, target: JsonObject, bytes: EventBytes): EventFacts {
  const base = baseFacts(bytes, {
    action: textIn(event, 'action'),
    nativeId: idIn(event, 'id'),
    sourceTime: timeIn(event, 'timestamp'),
    actor: textIn(objectIn(event, 'actor'), 'name'),
    instanceId: idIn(objectIn(event, 'source'), 'instanceID'),
  });
  return { ...base, ...namesIn({ repository: target['repository'], tag: target['tag'], digest: target['digest'] }) };
}

function isOwn(event: JsonObject): boolean {
  return textIn(objectIn(event, 'request'), 'useragent')?.toLowerCase().startsWith(OWN_USER_AGENT) === true;
}
