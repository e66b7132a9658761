import type { Readable } from 'node:stream';

/** What was read of a body, and whether there was more. */
export interface BodyPart {
  readonly bytes: Uint8Array;
  readonly complete: boolean;
}

/** Reads at most `ceilingBytes` and lets go of the connection at the first byte beyond. Rejects as the stream does. */
export async function readBody(body: Readable, ceilingBytes: number): Promise<BodyPart> {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  for await (const chunk of body) {
    if (!Buffer.isBuffer(chunk)) throw new TypeError('a body is read as bytes');
    chunks.push(chunk);
    sizeBytes += chunk.byteLength;
    if (sizeBytes > ceilingBytes) return { bytes: Buffer.concat(chunks).subarray(0, ceilingBytes), complete: false };
  }
  const [only] = chunks;
  return { bytes: chunks.length === 1 && only !== undefined ? only : Buffer.concat(chunks), complete: true };
}
