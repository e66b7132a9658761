import { isDigest, isJsonObject, type JsonObject, type JsonValue } from '@strata/oci';
import type { BaseFacts } from '../payload/base-facts.js';
import { kindOf, listIn, objectIn, textIn } from '../payload/fields.js';
import { ignored, readChange, unreadable } from '../payload/read-change.js';
import type { RegistryEvent } from '../registry-event.js';
import { kindOfHarborEvent } from './event-kinds.js';

/** What an event of Harbor is about: `event_data` of the default format, `data` of a CloudEvent. At least one event. */
export function readEventData(type: string, data: JsonObject, facts: BaseFacts): readonly RegistryEvent[] {
  const kind = kindOfHarborEvent(type);
  switch (kind.kind) {
    case 'ignored':
      return [ignored(facts, kind.reason, { repository: repositoryOf(data) })];
    case 'change':
      return readResources(kind.change, data, facts);
    case 'retention':
      return readRetention(objectIn(data, 'retention'), facts);
  }
}

/** One event per resource. Of a push with several tags, and of a delete, Harbor names the first tag only. */
function readResources(change: 'pushed' | 'deleted', data: JsonObject, facts: BaseFacts): readonly RegistryEvent[] {
  const resources = listIn(data, 'resources');
  if (resources.length === 0) return [unreadable(facts, 'SHAPE', 'the event names no resource')];
  return resources.map((resource) => {
    if (!isJsonObject(resource))
      return unreadable(facts, 'SHAPE', `a resource is an object, this is ${kindOf(resource)}`);
    const { digest } = resource;
    return readChange({ change, repository: repositoryOf(data), tag: tagOf(resource), digest }, facts);
  });
}

/** A push by digest has the digest in the place of the tag. */
function tagOf(resource: JsonObject): JsonValue | undefined {
  const tag = textIn(resource, 'tag');
  return tag !== null && isDigest(tag) && textIn(resource, 'digest') !== null ? undefined : resource['tag'];
}

function repositoryOf(data: JsonObject): JsonValue | undefined {
  return objectIn(data, 'repository')['repo_full_name'];
}

/**
 * What a retention rule has deleted. Harbor tells it in words that are made to be shown (`app:1.0.0`, `app@sha256:…`);
 * those that keep the grammar are looked at, which can do no harm.
 */
function readRetention(retention: JsonObject, facts: BaseFacts): readonly RegistryEvent[] {
  const project = textIn(retention, 'project_name');
  const claims = listIn(retention, 'deleted_artifact')
    .filter(isJsonObject)
    .filter((artifact) => textIn(artifact, 'status')?.toUpperCase() === 'SUCCESS')
    .map((artifact) => splitShownName(textIn(artifact, 'name_tag') ?? ''))
    .map(({ name, tag, digest }) => ({ repository: `${project ?? ''}/${name}`, tag, digest }));
  const events = claims
    .map((claim) => readChange({ change: 'deleted', ...claim }, facts))
    .filter(({ kind }) => kind !== 'quarantined');
  return events.length === 0 ? [ignored(facts, 'RETENTION')] : events;
}

function splitShownName(shown: string): { name: string; tag: string | null; digest: string | null } {
  const at = shown.indexOf('@');
  if (at >= 0) return { name: shown.slice(0, at), tag: null, digest: shown.slice(at + 1) };
  const colon = shown.lastIndexOf(':');
  if (colon <= shown.lastIndexOf('/')) return { name: shown, tag: null, digest: null };
  return { name: shown.slice(0, colon), tag: shown.slice(colon + 1), digest: null };
}
