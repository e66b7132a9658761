import type { ManifestToWrite } from '@strata/catalog';
import type { Digest } from '@strata/oci';
import { RegistryError, type Registry } from '@strata/registry-client';
import { fetchImage } from './fetch-image.js';
import type { Tools } from './tools.js';

/** Fetches manifests that are not known yet; null stands for a clean 404. */
export async function fetchManifests(
  registry: Registry,
  repository: string,
  digests: readonly Digest[],
  tools: Pick<Tools, 'findConfig' | 'stopping'>,
): Promise<ReadonlyMap<Digest, ManifestToWrite | null>> {
  const fetched = await Promise.all(
    digests.map(async (digest) => [digest, await fetchOrNull(registry, repository, digest, tools)] as const),
  );
  return new Map(fetched);
}

/** Null on a clean 404. */
export async function fetchOrNull(
  registry: Registry,
  repository: string,
  digest: Digest,
  tools: Pick<Tools, 'findConfig' | 'stopping'>,
): Promise<ManifestToWrite | null> {
  try {
    return await fetchImage(registry, repository, digest, tools);
  } catch (error) {
    if (error instanceof RegistryError && error.code === 'not-found') return null;
    throw error;
  }
}
