import type { Digest, Schema1Manifest } from '@strata/oci';
import type { Registry } from '@strata/registry-client';

/** Docker stacks at most 127 layers; whoever has more is not asked for each of them. */
const MAX_QUESTIONS = 256;

/** Schema 1 names no sizes, so the registry is asked for each layer once; what it cannot say stays unknown. */
export async function fetchLayerSizes(
  registry: Registry,
  repository: string,
  manifest: Schema1Manifest,
  signal: AbortSignal,
): Promise<Schema1Manifest> {
  const unknown = manifest.layers.filter(({ sizeBytes }) => sizeBytes === null).map(({ digest }) => digest);
  const asked = [...new Set(unknown)].slice(0, MAX_QUESTIONS);
  const sizes = new Map<Digest, number | null>(
    await Promise.all(
      asked.map(async (digest) => [digest, await registry.fetchBlobSize(repository, digest, signal)] as const),
    ),
  );
  const layers = manifest.layers.map((layer) => ({
    ...layer,
    sizeBytes: layer.sizeBytes ?? sizes.get(layer.digest) ?? null,
  }));
  return { ...manifest, layers };
}
