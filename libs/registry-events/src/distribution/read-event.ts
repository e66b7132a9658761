import { isDigest, isJsonObject, isRepositoryName, isTag, type JsonObject, type JsonValue } from '@strata/oci';
import { bareFacts } from '../bare-facts.js';
import type { EventFacts, QuarantineReason, RegistryEvent } from '../registry-event.js';
import { idIn, kindOf, objectIn, textIn, timeIn } from './event-fields.js';
import { isBlobTarget } from './is-blob-target.js';

/** Longest text that a fact for people keeps, in characters. */
const MAX_ACTION = 64;
const MAX_ACTOR = 255;
const MAX_SHOWN = 100;

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
  const facts = { ...factsOf(value, target, raw), ...(remark === null ? {} : { remark }) };
  switch (value['action']) {
    case 'pull':
      return { ...facts, kind: 'ignored', reason: isOwn(value) ? 'OWN_READ' : 'PULL' };
    case 'mount':
      return { ...facts, kind: 'ignored', reason: 'MOUNT' };
    case 'push':
    case 'delete':
      return isBlobTarget(target)
        ? { ...facts, kind: 'ignored', reason: 'BLOB' }
        : readChange(value['action'], target, facts);
    default:
      return typeof value['action'] === 'string' && value['action'] !== ''
        ? { ...facts, kind: 'ignored', reason: 'UNKNOWN_ACTION' }
        : quarantined(facts, 'SHAPE', `"action" is a text, this is ${kindOf(value['action'])}`);
  }
}

/** Push and delete come in the same shapes: of a manifest, of a tag, and, for a delete, of a whole repository. */
function readChange(action: 'push' | 'delete', target: JsonObject, facts: EventFacts): RegistryEvent {
  const { repository, tag, digest } = facts;
  if (repository === null) return quarantined(facts, 'BAD_NAME', problemOf('a repository name', target['repository']));
  if (digest === null && textIn(target, 'digest') !== null) {
    return quarantined(facts, 'BAD_DIGEST', problemOf('a digest', target['digest']));
  }
  const claimedTag = textIn(target, 'tag');
  if (tag === null && claimedTag !== null && claimedTag !== digest) {
    return quarantined(facts, 'BAD_TAG', problemOf('a tag', claimedTag));
  }
  const pushed = action === 'push';
  if (digest !== null) return { ...facts, kind: pushed ? 'manifest-pushed' : 'manifest-deleted', repository, digest };
  if (tag !== null) return { ...facts, kind: pushed ? 'tag-pushed' : 'tag-deleted', repository, tag };
  if (pushed) return quarantined(facts, 'SHAPE', 'a push names a digest or a tag, this one neither');
  return { ...facts, kind: 'repository-deleted', repository };
}

function factsOf(event: JsonObject, target: JsonObject, raw: Uint8Array): EventFacts {
  const tag = textIn(target, 'tag');
  const digest = textIn(target, 'digest') ?? tag; // some senders put a digest where the tag belongs
  const repository = textIn(target, 'repository');
  return {
    ...bareFacts(raw),
    action: textIn(event, 'action')?.slice(0, MAX_ACTION) ?? '',
    nativeId: idIn(event, 'id'),
    sourceTime: timeIn(event, 'timestamp'),
    actor: textIn(objectIn(event, 'actor'), 'name')?.slice(0, MAX_ACTOR) ?? null,
    instanceId: idIn(objectIn(event, 'source'), 'instanceID'),
    repository: repository !== null && isRepositoryName(repository) ? repository : null,
    tag: tag !== null && isTag(tag) ? tag : null,
    digest: digest !== null && isDigest(digest) ? digest : null,
  };
}

function quarantined(facts: EventFacts, reason: QuarantineReason, detail: string): RegistryEvent {
  return { ...facts, kind: 'quarantined', reason, detail };
}

function isOwn(event: JsonObject): boolean {
  return textIn(objectIn(event, 'request'), 'useragent')?.toLowerCase().startsWith(OWN_USER_AGENT) === true;
}

function problemOf(wanted: string, value: JsonValue | undefined): string {
  const shown = typeof value === 'string' ? JSON.stringify(value.slice(0, MAX_SHOWN)) : kindOf(value);
  return `this is not ${wanted}: ${shown}`;
}
