import { MANIFEST_ACCEPT, bareMediaType, type Digest } from '@strata/oci';
import { askRegistry, refusalOf, type Tools } from './ask-registry.js';
import { headerOf } from './http/send.js';
import { LIMITS } from './limits.js';
import type { FetchedManifest } from './registry.js';
import { verifiedBytes } from './verified-bytes.js';

/** GET of a manifest by digest (OCI distribution-spec 1.1, "Pulling manifests"). Throws `RegistryError`. */
export async function fetchManifest(
  tools: Tools,
  repository: string,
  digest: Digest,
  signal: AbortSignal,
): Promise<FetchedManifest> {
  const answer = await askRegistry(
    tools,
    {
      method: 'GET',
      resource: { kind: 'manifest', repository, digest },
      accept: MANIFEST_ACCEPT,
      ceilingBytes: LIMITS.manifestBytes,
    },
    signal,
  );
  if (answer.status !== 200) throw refusalOf(tools, answer);
  const bytes = verifiedBytes(answer, digest);
  return { digest, bytes, contentType: bareMediaType(headerOf(answer.headers, 'content-type')) };
}
