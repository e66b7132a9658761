import { MANIFEST_ACCEPT, type Digest } from '@strata/oci';
import { askRegistry, refusalOf, type Tools } from './ask-registry.js';
import { fetchManifest } from './fetch-manifest.js';
import { headerOf } from './http/send.js';
import { LIMITS } from './limits.js';
import { RegistryError } from './registry-error.js';

/**
 * Asks whether a repository has a manifest: by HEAD, and by GET wherever HEAD leaves a doubt (see `observeTag`).
 * False only when a GET says cleanly that it does not exist. Throws `RegistryError`.
 */
export async function holdsManifest(
  tools: Tools,
  repository: string,
  digest: Digest,
  signal: AbortSignal,
): Promise<boolean> {
  const resource = { kind: 'manifest', repository, digest } as const;
  const question = { resource, accept: MANIFEST_ACCEPT, ceilingBytes: LIMITS.manifestBytes, method: 'HEAD' } as const;
  const head = await askRegistry(tools, question, signal);
  if (head.status === 200 && headerOf(head.headers, 'docker-content-digest') === digest) return true;
  if (![200, 404, 405].includes(head.status)) throw refusalOf(tools, head);
  try {
    await fetchManifest(tools, repository, digest, signal);
    return true;
  } catch (error) {
    if (error instanceof RegistryError && error.code === 'not-found') return false;
    throw error;
  }
}
