import {
  findManifestsByDigest,
  findManifestsById,
  findPlatformSetsById,
  knownPlatformSet,
  type ManifestRow,
  type PlatformRow,
} from '@strata/catalog';
import type { Digest } from '@strata/oci';
import type { ApiContext } from '../answer/context.js';
import { oneOf } from '../answer/one-of.js';
import type { Soon } from '../answer/soon.js';

/** The manifest of an id; null when unknown. */
export const manifestOf = oneOf(({ pool }, ids: readonly bigint[]) => findManifestsById(pool, ids));

/** What is stored under a digest; null for nothing. */
export const manifestUnder = oneOf(({ pool }, digests: readonly Digest[]) => findManifestsByDigest(pool, digests));

const unknownPlatformsOf = oneOf(({ pool }, ids: readonly number[]) => findPlatformSetsById(pool, ids));

/** The platforms of a set, by name. */
export function platformsOf(context: ApiContext, id: number): Soon<readonly PlatformRow[]> {
  return knownPlatformSet(context.catalog.pool, id) ?? unknownPlatformsOf(context, id);
}

/** The contract's type of a manifest. What could not be understood is an artifact, whatever it claims to be. */
export function typeOfManifest({ kind, isValid }: ManifestRow): 'Image' | 'ImageIndex' | 'Artifact' {
  if (!isValid) return 'Artifact';
  switch (kind) {
    case 'image':
      return 'Image';
    case 'index':
      return 'ImageIndex';
    case 'artifact':
      return 'Artifact';
  }
}
