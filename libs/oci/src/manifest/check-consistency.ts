import { parseDigest } from '../digest.js';
import { MEDIA_TYPES } from '../media-types.js';
import type { Descriptor } from './descriptor.js';
import type { Problems } from './gather-problems.js';
import type { IndexEntry } from './manifest.js';

/** `{}`: what stands where OCI 1.1 wants a blob and there is nothing to say (manifest.md, "Guidance for an Empty Descriptor"). */
export const EMPTY_CONTENT = {
  digest: parseDigest('sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a'),
  sizeBytes: 2,
};

/** A descriptor and where it stands; the path is asked for only when there is something to say. */
export interface Placed {
  readonly descriptor: Descriptor;
  readonly path: () => string;
}

/**
 * Warns of descriptors that cannot all be right: one digest with two sizes or types, the empty type with content. Both
 * places are kept: which one is wrong, only the content can tell.
 */
export function checkConsistency(placed: readonly Placed[], problems: Problems): void {
  const first = new Map<string, Descriptor>();
  for (const { descriptor, path } of placed) {
    const { digest, mediaType, sizeBytes } = descriptor;
    const other = first.get(digest);
    if (other === undefined) first.set(digest, descriptor);
    else if (other.sizeBytes !== sizeBytes)
      problems.warn('INCONSISTENT', `the same digest has ${other.sizeBytes} bytes in another place`, path());
    else if (other.mediaType !== mediaType)
      problems.warn('INCONSISTENT', 'the same digest is of another type in another place', path());
    const isEmpty = digest === EMPTY_CONTENT.digest && sizeBytes === EMPTY_CONTENT.sizeBytes;
    if (mediaType === MEDIA_TYPES.ociEmpty && !isEmpty)
      problems.warn('EMPTY', 'content of the empty type is {} and nothing else', path());
  }
}

/** Warns of attestations that are about something which the index does not list. */
export function checkAttestations(entries: readonly IndexEntry[], problems: Problems): void {
  const listed = new Set<string>(entries.map(({ descriptor }) => descriptor.digest));
  entries.forEach(({ about }, index) => {
    if (about !== null && !listed.has(about))
      problems.warn('INCONSISTENT', 'this is about a manifest that the index does not list', `$.manifests[${index}]`);
  });
}
