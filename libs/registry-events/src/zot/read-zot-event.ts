import { algorithmOf, digestOf, isDigest, isJsonObject, type JsonObject, type JsonValue } from '@strata/oci';
import type { CloudEvent } from '../cloud-events/cloud-event.js';
import { withActor, type BaseFacts } from '../payload/base-facts.js';
import { kindOf, objectIn, textIn } from '../payload/fields.js';
import { ignored, readChange, unreadable } from '../payload/read-change.js';
import { readDeletion } from '../payload/read-deletion.js';
import type { RegistryEvent } from '../registry-event.js';

const OTHER_MANIFEST = 'the manifest in this event does not have the digest that the event names';

/**
 * One event of zot. `reference` is what the client wrote: a tag or a digest. The manifest that stands in the event tells
 * the digest where the event itself does not, because it is computed here; one that is not the digest's is noted.
 */
export function readZotEvent({ type, data, facts }: CloudEvent): readonly RegistryEvent[] {
  if (!isJsonObject(data)) return [unreadable(facts, 'SHAPE', `the data is an object, this is ${kindOf(data)}`)];
  const base = withActor(facts, textIn(objectIn(data, 'actor'), 'name'));
  switch (subtypeOf(type)) {
    case 'image.updated':
      return [readPush(data, base)];
    case 'image.deleted':
      return readDeletion(namesOf(data), base);
    case 'repository.created':
      return [ignored(base, 'REPOSITORY_CREATED', { repository: data['name'] })];
    case 'image.scanned':
    case 'image.lint_failed':
      return [ignored(base, 'SCAN', namesOf(data))];
    default:
      return [ignored(base, 'UNKNOWN_ACTION', namesOf(data))];
  }
}

/** The last two words: what stands before them, `zotregistry` unless it is configured, tells one zot from another. */
const subtypeOf = (type: string): string => type.split('.').slice(-2).join('.');

interface Names {
  readonly repository: JsonValue | undefined;
  readonly tag: string | null;
  readonly digest: string | null;
}

function namesOf(data: JsonObject): Names {
  const [reference, digest] = [textIn(data, 'reference'), textIn(data, 'digest')];
  const byDigest = reference !== null && isDigest(reference);
  return {
    repository: data['name'],
    tag: byDigest ? null : reference,
    digest: digest ?? (byDigest ? reference : null),
  };
}

function readPush(data: JsonObject, base: BaseFacts): RegistryEvent {
  const names = namesOf(data);
  const manifest = textIn(data, 'manifest');
  if (manifest === null) return readChange({ change: 'pushed', ...names }, base);
  const bytes = Buffer.from(manifest);
  const { digest } = names;
  if (digest === null) return readChange({ change: 'pushed', ...names, digest: digestOf(bytes) }, base);
  const isOfDigest = isDigest(digest) && digestOf(bytes, algorithmOf(digest)) === digest;
  return readChange({ change: 'pushed', ...names }, isOfDigest ? base : { ...base, remark: OTHER_MANIFEST });
}
