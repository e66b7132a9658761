import type { JsonObject } from '@strata/oci';
import { textIn } from '../payload/fields.js';

/** What Distribution calls blobs in events: in practice, and in its documentation. */
const BLOB_TYPES: ReadonlySet<string> = new Set([
  'application/octet-stream',
  'application/vnd.docker.container.image.rootfs.diff+x-gtar',
  'application/vnd.docker.image.rootfs.diff.tar.gzip',
]);

/**
 * Tells a blob from a manifest: by the last words of the target's path (`…/blobs/<digest>`, and a repository may itself
 * be called `blobs`), else by the media type. Deletes carry neither, and count as manifests: asking the registry settles it.
 */
export function isBlobTarget(target: JsonObject): boolean {
  const word = secondLastSegment(textIn(target, 'url') ?? '');
  if (word === 'blobs') return true;
  if (word === 'manifests') return false;
  return BLOB_TYPES.has(textIn(target, 'mediaType')?.toLowerCase() ?? '');
}

function secondLastSegment(url: string): string {
  const path = url.slice(0, indexOr(url.search(/[?#]/), url.length));
  const before = path.slice(0, Math.max(path.lastIndexOf('/'), 0));
  return before.slice(before.lastIndexOf('/') + 1);
}

const indexOr = (index: number, otherwise: number): number => (index < 0 ? otherwise : index);
