import type { Digest } from '@strata/oci';
import { askRegistry, refusalOf, type Tools } from './ask-registry.js';
import { headerOf } from './http/send.js';

const DIGITS = /^[0-9]{1,15}$/;

/**
 * HEAD of a blob (OCI distribution-spec 1.1, "Checking if content exists in the registry"), for the documents that name no
 * sizes. A claim, as every size is. Null where the registry has no such blob, answers no HEAD, or names no length. Throws
 * `RegistryError`.
 */
export async function fetchBlobSize(
  tools: Tools,
  repository: string,
  digest: Digest,
  signal: AbortSignal,
): Promise<number | null> {
  const resource = { kind: 'blob', repository, digest } as const;
  const answer = await askRegistry(tools, { method: 'HEAD', resource, accept: '*/*', ceilingBytes: 0 }, signal);
  if (answer.status === 404 || answer.status === 405) return null;
  if (answer.status !== 200) throw refusalOf(tools, answer);
  const length = headerOf(answer.headers, 'content-length') ?? '';
  return DIGITS.test(length) ? Number(length) : null;
}
