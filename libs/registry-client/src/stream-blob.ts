import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import { algorithmOf } from '@strata/oci';
import { askRegistryWith, refusalOf, type Tools } from './ask-registry.js';
import { sendStreamed } from './http/send.js';
import { asRegistryError } from './http/within-limits.js';
import type { BlobAddress } from './registry.js';
import { RegistryError } from './registry-error.js';

/**
 * GET of a blob (OCI distribution-spec 1.1, "Pulling blobs") whose bytes pass through and are never together in memory.
 * Throws `RegistryError`; so does the iteration, with `digest-mismatch` at its end or as soon as there are too many bytes.
 */
export async function streamBlob(
  tools: Tools,
  repository: string,
  blob: BlobAddress,
  signal: AbortSignal,
): Promise<AsyncIterable<Uint8Array>> {
  const resource = { kind: 'blob', repository, digest: blob.digest } as const;
  const question = { method: 'GET', resource, accept: '*/*', ceilingBytes: 0 } as const;
  const answer = await askRegistryWith(sendStreamed, tools, question, signal);
  if (answer.stream === null) throw refusalOf(tools, answer);
  return verified(answer.stream, blob);
}

async function* verified(stream: Readable, { digest, sizeBytes }: BlobAddress): AsyncGenerator<Uint8Array> {
  const hash = createHash(algorithmOf(digest));
  let readBytes = 0;
  try {
    for await (const chunk of stream) {
      if (!Buffer.isBuffer(chunk)) throw new TypeError('a body is read as bytes');
      readBytes += chunk.byteLength;
      if (readBytes > sizeBytes) throw mismatch(digest, `more than its ${sizeBytes} bytes`);
      hash.update(chunk);
      yield chunk;
    }
  } catch (error) {
    throw asRegistryError(error);
  } finally {
    stream.destroy();
  }
  if (readBytes < sizeBytes) throw mismatch(digest, `${readBytes} of its ${sizeBytes} bytes`);
  if (!digest.endsWith(`:${hash.digest('hex')}`)) throw mismatch(digest, 'bytes with another digest');
}

function mismatch(digest: string, what: string): RegistryError {
  return new RegistryError('digest-mismatch', `the registry serves ${what} for the blob ${digest}`);
}
