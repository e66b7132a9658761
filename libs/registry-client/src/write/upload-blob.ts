import { headerOf, type Answer } from '../http/send.js';
import { LIMITS } from '../limits.js';
import { RegistryError } from '../registry-error.js';
import { urlOf } from '../resource-path.js';
import type { BlobToUpload } from './registry-writer.js';
import { locationOf, patiently, writeScope, writeToRegistry, type WriteTools } from './write-request.js';

const OCTETS = { 'content-type': 'application/octet-stream' } as const;

/**
 * Uploads a blob (OCI distribution-spec 1.1, "Pushing blobs"): in one PUT up to a chunk's size, above in PATCHes, so that
 * no more than one chunk is ever in memory. The registry is told the digest only after the bytes have proved it.
 */
export async function uploadBlob(
  tools: WriteTools,
  repository: string,
  blob: BlobToUpload,
  signal: AbortSignal,
): Promise<void> {
  const scope = writeScope(repository);
  const begun = await beginUpload(tools, repository, signal);
  let place = locationOf(begun);
  try {
    const size = chunkSize(begun);
    const bytes = await patiently(tools, signal, () => blob.open(signal));
    let sentBytes = 0;
    let last: Buffer = Buffer.alloc(0);
    for await (const { chunk, isLast } of chunksOf(bytes, size)) {
      if (isLast && sentBytes === 0) last = chunk;
      else if (chunk.byteLength > 0) {
        const range = `${sentBytes}-${sentBytes + chunk.byteLength - 1}`;
        const headers = { ...OCTETS, 'content-range': range };
        const patch = { method: 'PATCH', url: place, scope, headers, body: chunk, accepted: [202, 204] } as const;
        place = locationOf(await writeToRegistry(tools, patch, signal));
        sentBytes += chunk.byteLength;
      }
    }
    const url = new URL(place);
    url.searchParams.set('digest', blob.digest);
    const put = { method: 'PUT', url, scope, headers: OCTETS, body: last, accepted: [201, 204] } as const;
    await writeToRegistry(tools, put, signal);
  } catch (error) {
    await abandonUpload(tools, repository, place);
    throw error;
  }
}

function beginUpload(tools: WriteTools, repository: string, signal: AbortSignal): Promise<Answer> {
  const url = urlOf(tools.baseUrl, { kind: 'uploads', repository });
  return writeToRegistry(tools, { method: 'POST', url, scope: writeScope(repository), accepted: [202] }, signal);
}

/** How long taking an upload back may hold up the error that it follows. */
const ABANDON_MS = 5_000;

/** Frees what the registry keeps of an upload; whatever comes of it, since registries forget such things by themselves. */
export async function abandonUpload(tools: WriteTools, repository: string, url: URL): Promise<void> {
  const request = { method: 'DELETE', url, scope: writeScope(repository), accepted: [200, 202, 204] } as const;
  await writeToRegistry(tools, request, AbortSignal.timeout(ABANDON_MS)).catch(() => undefined);
}

/** Ours, unless the registry takes only larger ones (OCI distribution-spec 1.1, `OCI-Chunk-Min-Length`). */
function chunkSize({ headers }: Answer): number {
  const least = Number(headerOf(headers, 'oci-chunk-min-length') ?? 0);
  if (least <= LIMITS.chunkBytes) return LIMITS.chunkBytes;
  if (least <= LIMITS.largestChunkBytes) return least;
  throw new RegistryError('unsupported', `the registry takes no chunks below ${least} bytes`);
}

/** The same bytes in chunks of `size`, the last one shorter and marked, so that it is known whether there are several. */
async function* chunksOf(
  bytes: AsyncIterable<Uint8Array>,
  size: number,
): AsyncGenerator<{ readonly chunk: Buffer; readonly isLast: boolean }> {
  let parts: Uint8Array[] = [];
  let filled = 0;
  for await (const part of bytes) {
    let rest = part;
    while (filled + rest.byteLength > size) {
      parts.push(rest.subarray(0, size - filled));
      yield { chunk: Buffer.concat(parts), isLast: false };
      rest = rest.subarray(size - filled);
      [parts, filled] = [[], 0];
    }
    parts.push(rest);
    filled += rest.byteLength;
  }
  yield { chunk: Buffer.concat(parts), isLast: true };
}
