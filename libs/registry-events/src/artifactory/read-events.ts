import type { JsonObject } from '@strata/oci';
import { baseFacts, type BaseFacts, type EventBytes } from '../payload/base-facts.js';
import { kindOf, objectIn, textIn } from '../payload/fields.js';
import { ignored, readChange, unreadable } from '../payload/read-change.js';
import { readDeletion } from '../payload/read-deletion.js';
import { readObject } from '../payload/read-object.js';
import { idOfArrival } from '../payload/id-of-arrival.js';
import type { Delivery, RegistryEvent } from '../registry-event.js';
import { namesInPath } from './names-in-path.js';

/** The words of the domain `docker`, and of the domain `artifact` for the file of a manifest. */
const CHANGES: ReadonlyMap<string, 'pushed' | 'deleted'> = new Map([
  ['docker pushed', 'pushed'],
  ['docker promoted', 'pushed'],
  ['docker deleted', 'deleted'],
  ['artifact deployed', 'pushed'],
  ['artifact cached', 'pushed'],
  ['artifact deleted', 'deleted'],
]);

const DOMAINS = new Set(['docker', 'artifact']);

/** Reads webhooks of JFrog Artifactory about Docker and OCI repositories: each is about the file of one manifest. */
export function readEvents(delivery: Delivery): readonly RegistryEvent[] {
  return readObject(delivery.body, (event, bytes) => readEvent(event, bytes, idOfArrival(delivery)));
}

function readEvent(event: JsonObject, bytes: EventBytes, nativeId: string): readonly RegistryEvent[] {
  const [domain, action] = [textIn(event, 'domain'), textIn(event, 'event_type')];
  const data = objectIn(event, 'data');
  const base = baseFacts(bytes, {
    action,
    nativeId,
    actor: textIn(event, 'source')?.replace(/^jfrog\//, '') ?? null,
  });
  if (domain === null || action === null) {
    const key = domain === null ? 'domain' : 'event_type';
    return [unreadable(base, 'SHAPE', `"${key}" is a text, this is ${kindOf(event[key])}`)];
  }
  if (!DOMAINS.has(domain)) return [ignored(base, 'NOT_AN_IMAGE')];
  const change = CHANGES.get(`${domain} ${action}`);
  return change === undefined ? [ignored(base, 'UNKNOWN_ACTION')] : readFile(change, data, base);
}

/** Behind the address of Artifactory a repository is called by its key and the image; other set-ups drop the key. */
function readFile(change: 'pushed' | 'deleted', data: JsonObject, base: BaseFacts): readonly RegistryEvent[] {
  const path = textIn(data, 'path');
  const inPath = path === null ? null : namesInPath(path);
  if (inPath === null)
    return [path === null ? unreadable(base, 'SHAPE', '"data.path" is missing') : ignored(base, 'BLOB')];
  const [key, sha256] = [textIn(data, 'repo_key'), textIn(data, 'sha256')];
  const tag = textIn(data, 'tag') ?? inPath.folder;
  const names = {
    repository: key === null ? null : `${key}/${textIn(data, 'image_name') ?? inPath.image}`,
    tag: sha256 !== null && tag.endsWith(sha256) ? null : tag, // a folder that is named after the digest is no tag
    digest: sha256 === null ? null : `sha256:${sha256}`,
  };
  return change === 'pushed' ? [readChange({ change, ...names }, base)] : readDeletion(names, base);
}
