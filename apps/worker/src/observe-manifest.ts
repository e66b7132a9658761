import { findPlaced, findRepositoryRow, type ClaimedEvent, type ManifestToWrite } from '@strata/catalog';
import type { Digest } from '@strata/oci';
import { RegistryError, type Registry } from '@strata/registry-client';
import { fetchImage } from './fetch-image.js';
import type { Tools } from './tools.js';

/** Some manifests: those that had to be fetched, and those that this repository was known to hold. */
export interface ObservedManifests {
  readonly manifests: readonly ManifestToWrite[];
  readonly known: ReadonlyMap<Digest, bigint>;
  /** The registry said that it has none under these digests. */
  readonly missing: readonly Digest[];
}

/** Fetches what the catalog does not know yet: a manifest that was verified once under its digest needs no second look. */
export async function observeManifests(
  event: ClaimedEvent,
  repository: string,
  digests: readonly Digest[],
  registry: Registry,
  tools: Tools,
): Promise<ObservedManifests> {
  const row = await findRepositoryRow(tools.catalog, event.sourceId, repository);
  const known = row === null ? new Map<Digest, bigint>() : await findPlaced(tools.catalog.pool, row.id, digests);
  const unknown = [...new Set(digests)].filter((digest) => !known.has(digest));
  const fetched = await Promise.all(unknown.map((digest) => fetchOrNull(registry, repository, digest, tools)));
  return {
    manifests: fetched.filter((manifest) => manifest !== null),
    known,
    missing: unknown.filter((_, index) => fetched[index] === null),
  };
}

/** Null on a clean 404. */
export async function fetchOrNull(
  registry: Registry,
  repository: string,
  digest: Digest,
  tools: Pick<Tools, 'catalog' | 'stopping'>,
): Promise<ManifestToWrite | null> {
  try {
    return await fetchImage(registry, repository, digest, tools);
  } catch (error) {
    if (error instanceof RegistryError && error.code === 'not-found') return null;
    throw error;
  }
}
