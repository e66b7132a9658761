import { isDigest, isJsonObject, type JsonObject } from '@strata/oci';
import { baseFacts, type EventBytes } from '../payload/base-facts.js';
import { objectIn, textIn, timeIn, usableId } from '../payload/fields.js';
import { jsonInForm } from '../payload/json-in-form.js';
import { ignored, readChange, unreadable, type ClaimedChange } from '../payload/read-change.js';
import { readObject } from '../payload/read-object.js';
import type { Delivery, RegistryEvent } from '../registry-event.js';

const CONTAINER = new Set(['container', 'docker']);
/** The path behind the one host of this registry, up to tag or digest. */
const PACKAGE_URL = /^ghcr\.io\/([^:@]+)(?:[:@]|$)/;
const PUSHES = new Set(['published', 'updated']);

/**
 * Reads GitHub's `package` and `registry_package` events about the container registry. A webhook may be subscribed to
 * everything, so other events are ignored under the name that their header gives. GitHub tells of no delete.
 */
export function readEvents({ headers, body }: Delivery): readonly RegistryEvent[] {
  const read = (event: JsonObject, bytes: EventBytes): readonly RegistryEvent[] => [readEvent(event, bytes, headers)];
  return readObject(body, read, { json: jsonInForm(body) });
}

function readEvent(event: JsonObject, bytes: EventBytes, headers: Delivery['headers']): RegistryEvent {
  const item = isJsonObject(event['registry_package']) ? event['registry_package'] : objectIn(event, 'package');
  const version = objectIn(item, 'package_version');
  const isPackage = Object.keys(item).length > 0;
  const base = baseFacts(bytes, {
    action: (isPackage ? null : headers.get('x-github-event')) ?? textIn(event, 'action'),
    nativeId: usableId(headers.get('x-github-delivery')),
    sourceTime: timeIn(item, 'updated_at') ?? timeIn(item, 'created_at'),
    actor: textIn(objectIn(event, 'sender'), 'login'),
  });
  if (textIn(event, 'zen') !== null) return ignored(base, 'HANDSHAKE');
  if (!isPackage) {
    return isJsonObject(event['sender']) // as in every event of GitHub
      ? ignored(base, 'UNKNOWN_ACTION')
      : unreadable(base, 'SHAPE', 'neither "package" nor "registry_package" is there');
  }
  if (!isContainer(item, version)) return ignored(base, 'NOT_AN_IMAGE');
  const names = namesOf(item, version);
  return PUSHES.has(base.action)
    ? readChange({ change: 'pushed', ...names }, base)
    : ignored(base, 'UNKNOWN_ACTION', names);
}

/** The type may be missing or contradict itself; only versions of images have container metadata. */
function isContainer(item: JsonObject, version: JsonObject): boolean {
  const words = [item['package_type'], item['ecosystem']];
  return (
    words.some((word) => typeof word === 'string' && CONTAINER.has(word.toLowerCase())) ||
    isJsonObject(version['container_metadata'])
  );
}

/**
 * The digest is the version's name; the metadata repeats it, sometimes cut off, so that only a well-formed one counts.
 * Children of an index have no tag.
 */
function namesOf(item: JsonObject, version: JsonObject): Omit<ClaimedChange, 'change'> {
  const metadata = objectIn(version, 'container_metadata');
  const [tag, manifest] = [objectIn(metadata, 'tag'), objectIn(metadata, 'manifest')];
  const digests = [version['version'], version['name'], manifest['digest'], tag['digest']];
  return {
    repository: repositoryOf(item, version),
    tag: tag['name'],
    digest: digests.find((text) => typeof text === 'string' && isDigest(text)),
  };
}

/**
 * What a client would pull, which ends in a bare colon where there is no tag; else owner and name. Paths of the registry
 * are in lower case, while the payload keeps the account's case.
 */
function repositoryOf(item: JsonObject, version: JsonObject): string | null {
  const pulled = PACKAGE_URL.exec(textIn(version, 'package_url') ?? '')?.[1];
  const owner = textIn(objectIn(item, 'owner'), 'login') ?? textIn(item, 'namespace');
  const name = textIn(item, 'name');
  return (pulled ?? (owner === null || name === null ? null : `${owner}/${name}`))?.toLowerCase() ?? null;
}
