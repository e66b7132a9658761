import type { Digest } from '@strata/oci';
import { RegistryError } from '../registry-error.js';
import { urlOf } from '../resource-path.js';
import { abandonUpload } from './upload-blob.js';
import { locationOf, writeScope, writeToRegistry, type WriteTools } from './write-request.js';

/**
 * Mounts a blob from another repository (OCI distribution-spec 1.1, "Mounting a blob from another repository"). False where
 * the registry begins an upload instead, which is taken back, or where we may not read that repository.
 */
export async function mountBlob(
  tools: WriteTools,
  repository: string,
  { digest, from }: { readonly digest: Digest; readonly from: string },
  signal: AbortSignal,
): Promise<boolean> {
  const query = new URLSearchParams({ mount: digest, from }).toString();
  const url = urlOf(tools.baseUrl, { kind: 'uploads', repository }, query);
  const scope = `${writeScope(repository)} repository:${from}:pull`;
  try {
    const answer = await writeToRegistry(tools, { method: 'POST', url, scope, accepted: [201, 202] }, signal);
    if (answer.status === 201) return true;
    await abandonUpload(tools, repository, locationOf(answer));
    return false;
  } catch (error) {
    // One that may write here and not read there is told the same as one that may do neither: the upload will show which.
    if (error instanceof RegistryError && error.code === 'unauthorized') return false;
    throw error;
  }
}
