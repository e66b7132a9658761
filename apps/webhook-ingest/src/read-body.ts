import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import { BODY_BYTES, DRAINED_BYTES, KEPT_BYTES } from './ceilings.js';

/** The body of a request, as far as it may be kept. */
export type ReceivedBody =
  | { readonly kind: 'whole'; readonly bytes: Buffer }
  /** `id` follows from the first `BODY_BYTES`, so that the same delivery sent again has the same one. */
  | { readonly kind: 'too-large'; readonly start: Buffer; readonly id: string }
  | { readonly kind: 'undecodable'; readonly bytes: Buffer; readonly detail: string };

const DECODERS: ReadonlyMap<string, () => Readable & NodeJS.WritableStream> = new Map([
  ['gzip', createGunzip],
  ['x-gzip', createGunzip],
  ['deflate', createInflate],
  ['br', createBrotliDecompress],
]);

/**
 * Reads a body under one ceiling, before and after decoding (RFC 9110, 8.4). Content never makes it throw; it
 * throws what the stream throws, when the sender breaks off.
 */
export async function readBody(stream: Readable, contentEncoding: string | undefined): Promise<ReceivedBody> {
  const encoding = (contentEncoding ?? '').trim().toLowerCase();
  const received = await collect(stream, DRAINED_BYTES);
  if (encoding === '' || encoding === 'identity') return received;
  if (received.kind !== 'whole') return received;
  const createDecoder = DECODERS.get(encoding);
  if (createDecoder === undefined) {
    const detail = `the content encoding ${JSON.stringify(encoding.slice(0, 100))} is not supported`;
    return { kind: 'undecodable', bytes: received.bytes, detail };
  }
  return decode(createDecoder(), encoding, received.bytes);
}

async function decode(
  decoder: Readable & NodeJS.WritableStream,
  encoding: string,
  bytes: Buffer,
): Promise<ReceivedBody> {
  decoder.end(bytes);
  try {
    return await collect(decoder, BODY_BYTES);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { kind: 'undecodable', bytes, detail: `the body is not well-formed ${encoding}: ${reason}` };
  } finally {
    decoder.removeAllListeners('error').on('error', () => undefined); // what comes after the verdict changes nothing
    if ('destroy' in decoder) decoder.destroy();
  }
}

type Collected = Extract<ReceivedBody, { kind: 'whole' | 'too-large' }>;

/** Keeps at most `BODY_BYTES`; what is beyond is read up to `drainedBytes` and forgotten. */
function collect(stream: Readable, drainedBytes: number): Promise<Collected> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let seenBytes = 0;
    const onData = (chunk: Buffer): void => {
      if (seenBytes <= BODY_BYTES) chunks.push(chunk);
      seenBytes += chunk.length;
      if (seenBytes <= drainedBytes) return;
      stream.off('data', onData).pause();
      finish();
    };
    const finish = (): void => resolve(keep(chunks, seenBytes));
    stream.on('data', onData).once('end', finish).once('error', reject);
    stream.once('close', () => reject(new Error('the body ended too early'))); // of no effect after the end
  });
}

function keep(chunks: readonly Buffer[], seenBytes: number): Collected {
  const bytes = chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks);
  if (seenBytes <= BODY_BYTES) return { kind: 'whole', bytes };
  const start = Buffer.from(bytes.subarray(0, KEPT_BYTES)); // a copy, so that the rest can be let go
  const id = createHash('sha256').update(bytes.subarray(0, BODY_BYTES)).digest('hex');
  return { kind: 'too-large', start, id: `start:${id}` };
}
