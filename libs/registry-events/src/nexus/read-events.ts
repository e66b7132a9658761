import { isJsonObject, type JsonObject } from '@strata/oci';
import { baseFacts, type BaseFacts, type EventBytes } from '../payload/base-facts.js';
import { kindOf, readTime, textIn, usableId } from '../payload/fields.js';
import { ignored, readChange, unreadable } from '../payload/read-change.js';
import { readObject } from '../payload/read-object.js';
import type { Delivery, RegistryEvent } from '../registry-event.js';

/** An asset that is a manifest: `v2/<repository>/manifests/<tag or digest>`. */
const MANIFEST = /^\/?v2\/(.+)\/manifests\/([^/]+)$/;

/**
 * Reads the repository webhooks of Sonatype Nexus: of components, where a component of Docker is a tag, and of assets,
 * where one is a manifest or a blob. Neither tells a digest behind a tag.
 */
export function readEvents({ headers, body }: Delivery): readonly RegistryEvent[] {
  return readObject(body, (event, bytes) => [readEvent(event, bytes, headers)]);
}

function readEvent(event: JsonObject, bytes: EventBytes, headers: Delivery['headers']): RegistryEvent {
  const base = baseFacts(bytes, {
    action: textIn(event, 'action'),
    nativeId: usableId(headers.get('x-nexus-webhook-delivery')),
    sourceTime: readTime(textIn(event, 'timestamp')?.replace(/([+-]\d\d)(\d\d)$/, '$1:$2') ?? null), // comes as +0000
    actor: textIn(event, 'initiator')?.replace(/\/[^/]*$/, '') ?? null, // behind the slash is an address
  });
  const { component, asset } = event;
  if (isJsonObject(component)) {
    if (component['format'] !== 'docker') return ignored(base, 'NOT_AN_IMAGE');
    return readChangeOf({ repository: textIn(component, 'name'), tag: textIn(component, 'version') }, base);
  }
  if (isJsonObject(asset)) {
    if (asset['format'] !== 'docker') return ignored(base, 'NOT_AN_IMAGE');
    const [, repository, tag] = MANIFEST.exec(textIn(asset, 'name') ?? '') ?? [];
    return repository === undefined || tag === undefined
      ? ignored(base, 'BLOB')
      : readChangeOf({ repository, tag }, base);
  }
  return component !== undefined || asset !== undefined || base.action === ''
    ? unreadable(base, 'SHAPE', `"component" or "asset" is an object, this is ${kindOf(component ?? asset)}`)
    : ignored(base, 'NO_CHANGE'); // of the whole repository, or of Nexus itself
}

function readChangeOf(
  names: { readonly repository: string | null; readonly tag: string | null },
  base: BaseFacts,
): RegistryEvent {
  switch (base.action) {
    case 'CREATED':
    case 'UPDATED':
      return readChange({ change: 'pushed', ...names }, base);
    case 'DELETED':
      return readChange({ change: 'deleted', ...names }, base);
    default:
      return ignored(base, 'UNKNOWN_ACTION', names);
  }
}
