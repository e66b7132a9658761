import { fetchManifest } from '../fetch-manifest.js';
import { headerOf } from '../http/send.js';
import { LIMITS } from '../limits.js';
import { RegistryError } from '../registry-error.js';
import { urlOf } from '../resource-path.js';
import type { ManifestToPut } from './registry-writer.js';
import { patiently, writeScope, writeToRegistry, type WriteTools } from './write-request.js';

/**
 * PUT of a manifest under a tag, or under its digest (OCI distribution-spec 1.1, "Pushing manifests"), which is then read
 * back by digest: what the registry took is what it serves. Throws `RegistryError`.
 */
export async function putManifest(
  tools: WriteTools,
  repository: string,
  tag: string | null,
  manifest: ManifestToPut,
  signal: AbortSignal,
): Promise<void> {
  const { digest, mediaType, bytes } = manifest;
  const resource =
    tag === null ? ({ kind: 'manifest', repository, digest } as const) : ({ kind: 'tag', repository, tag } as const);
  const answer = await writeToRegistry(
    tools,
    {
      method: 'PUT',
      url: urlOf(tools.baseUrl, resource),
      scope: writeScope(repository),
      headers: { 'content-type': mediaType },
      body: bytes,
      accepted: [200, 201, 202],
    },
    signal,
  );
  const claimed = headerOf(answer.headers, 'docker-content-digest') ?? digest;
  if (claimed !== digest) {
    throw new RegistryError('digest-mismatch', `the registry took ${digest} for something else`);
  }
  await readBack(tools, repository, manifest, signal);
}

/** Some registries need a moment until they serve what they have taken. */
async function readBack(
  tools: WriteTools,
  repository: string,
  { digest }: ManifestToPut,
  signal: AbortSignal,
): Promise<void> {
  for (const [attempt, afterMs] of LIMITS.readBackAfterMs.entries()) {
    if (afterMs > 0) await tools.sleep(afterMs, signal);
    try {
      const ask = () => tools.inTurn(signal, (limited) => fetchManifest(tools, repository, digest, limited));
      await patiently(tools, signal, ask);
      return;
    } catch (error) {
      const isAbsent = error instanceof RegistryError && error.code === 'not-found';
      if (!isAbsent) throw error;
      if (attempt === LIMITS.readBackAfterMs.length - 1) {
        throw new RegistryError('unavailable', `the registry took ${digest} and does not serve it`, { cause: error });
      }
    }
  }
}
