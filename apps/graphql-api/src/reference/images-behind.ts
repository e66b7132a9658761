import type { Digest, IndexEntry, Platform } from '@strata/oci';
import type { ReadManifest, ReadReference } from './read-reference.js';

/** One line of an index that leads to a manifest the catalog holds; no entry for the root itself. */
export interface ManifestBehind {
  readonly entry: IndexEntry | null;
  readonly read: ReadManifest;
}

/** Everything that is no index, in the order of the indexes, nested ones in place; what is not known is left out. */
export function manifestsBehind({ root, known }: ReadReference): readonly ManifestBehind[] {
  const walk = (read: ReadManifest, entry: IndexEntry | null): readonly ManifestBehind[] => {
    if (read.manifest.kind !== 'index') return [{ entry, read }];
    return read.manifest.entries.flatMap((each) => {
      const child = known.get(each.descriptor.digest);
      return child === undefined ? [] : walk(child, each);
    });
  };
  return walk(root, null);
}

/** An image and the platform by which clients find it: the index's word where there is one, else its config's. */
export interface ImageBehind {
  readonly platform: Platform;
  readonly item: ReadManifest;
}

/** The runnable images of a reference. */
export function imagesBehind(reference: ReadReference): readonly ImageBehind[] {
  return manifestsBehind(reference).flatMap(({ entry, read }) => {
    const platform = entry?.platform ?? read.platform;
    const leadsToImage = entry === null || entry.kind === 'platform' || entry.kind === 'unknown';
    return read.kind === 'image' && leadsToImage && platform !== null ? [{ platform, item: read }] : [];
  });
}

/** The index that an entry stands in and its place there, so that the catalog's row of it can be found. */
export function placeOfEntry(
  known: ReadonlyMap<Digest, ReadManifest>,
  entry: IndexEntry,
): { readonly indexId: bigint; readonly position: number } | null {
  for (const { id, manifest } of known.values()) {
    const position = manifest.kind === 'index' ? manifest.entries.indexOf(entry) : -1;
    if (position >= 0) return { indexId: id, position };
  }
  return null;
}
