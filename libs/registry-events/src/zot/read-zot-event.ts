import { digestOf, isDigest, isJsonObject, type JsonObject } from '@strata/oci';
import type { CloudEvent } from '../cloud-events/cloud-event.js';
import { withActor } from '../payload/base-facts.js';
import { kindOf, objectIn, textIn } from '../payload/fields.js';
import { ignored, readChange, unreadable, type ClaimedChange } from '../payload/read-change.js';
import { readDeletion } from '../payload/read-deletion.js';
import type { RegistryEvent } from '../registry-event.js';

/**
 * One event of zot. `reference` is what the client wrote: a tag or a digest. The manifest that stands in the event tells
 * the digest where the event itself does not, because it is computed here; one that is not the digest's is noted.
 */
export function readZotEvent({ type, data, facts }: CloudEvent): readonly RegistryEvent[] {
  if (!isJsonObject(data)) return [unreadable(facts, 'SHAPE', `the data is an object, this is ${kindOf(data)}`)];
  const base = withActor(facts, textIn(objectIn(data, 'actor'), 'name'));
  switch (subtypeOf(type)) {
    case 'image.updated':
      return [readChange({ change: 'pushed', ...pushedNames(data) }, { ...base, ...remarkOn(data) })];
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

type Names = Omit<ClaimedChange, 'change'>;

function namesOf(data: JsonObject): Names {
  const reference = textIn(data, 'reference');
  const digest = textIn(data, 'digest');
  const byDigest = reference !== null && isDigest(reference);
  return {
    repository: data['name'],
    tag: byDigest ? null : reference,
    digest: digest ?? (byDigest ? reference : null),
  };
}

function pushedNames(data: JsonObject): Names {
  const names = namesOf(data);
  const manifest = textIn(data, 'manifest');
  if (manifest === null || (names.digest ?? null) !== null) return names;
  return { ...names, digest: digestOf(Buffer.from(manifest)) };
}

function remarkOn(data: JsonObject): { readonly remark?: string } {
  const manifest = textIn(data, 'manifest');
  const digest = textIn(data, 'digest');
  if (manifest === null || digest === null || !isDigest(digest)) return {};
  const algorithm = digest.startsWith('sha512:') ? 'sha512' : 'sha256';
  if (digestOf(Buffer.from(manifest), algorithm) === digest) return {};
  return { remark: 'the manifest in this event does not have the digest that the event names' };
}
