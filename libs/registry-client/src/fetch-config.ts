import type { Digest } from '@strata/oci';
import { askRegistry, refusalOf, type Tools } from './ask-registry.js';
import { LIMITS } from './limits.js';
import { verifiedBytes } from './verified-bytes.js';

/** GET of a config blob (OCI distribution-spec 1.1, "Pulling blobs"). Throws `RegistryError`. */
export async function fetchConfig(
  tools: Tools,
  repository: string,
  digest: Digest,
  signal: AbortSignal,
): Promise<Uint8Array> {
  const resource = { kind: 'blob', repository, digest } as const;
  const answer = await askRegistry(
    tools,
    { method: 'GET', resource, accept: '*/*', ceilingBytes: LIMITS.configBytes },
    signal,
  );
  if (answer.status !== 200) throw refusalOf(tools, answer);
  return verifiedBytes(answer, digest);
}
