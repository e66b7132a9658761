import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import type { BodyProof } from '@strata/registry-events';
import { BODY_BYTES, DRAINED_BYTES, KEPT_BYTES, UNASKED_BYTES } from './ceilings.js';
import type { LargeBodies, Place } from './large-bodies.js';

/** The body of a delivery, as far as it may be kept. */
export type KeptBody =
  | { readonly kind: 'whole'; readonly bytes: Buffer }
  /** `id` follows from the first `BODY_BYTES`, so that the same delivery sent again has the same one. */
  | { readonly kind: 'too-large'; readonly start: Buffer; readonly id: string }
  | { readonly kind: 'undecodable'; readonly bytes: Buffer; readonly detail: string };

/** What was read of a request. */
export type ReceivedBody =
  | KeptBody
  /** The body is not what the signature before it was made for. */
  | { readonly kind: 'unproven' }
  /** Nobody knows yet who sends this, it is long, and there are enough of that kind under way. */
  | { readonly kind: 'busy' };

/** A proof that the body has to give, and the place where long ones of that kind queue. */
export interface Unproven {
  readonly proof: BodyProof;
  readonly largeBodies: LargeBodies;
}

const DECODERS: ReadonlyMap<string, () => Readable & NodeJS.WritableStream> = new Map([
  ['gzip', createGunzip],
  ['x-gzip', createGunzip],
  ['deflate', createInflate],
  ['br', createBrotliDecompress],
]);

/**
 * Reads a body under one ceiling, before and after decoding (RFC 9110, 8.4). A proof covers the bytes as they came, those
 * that are not kept included, and is asked before anything is decoded. Content never makes it throw; it throws what the
 * stream throws, when the sender breaks off.
 */
export async function readBody(
  stream: Readable,
  contentEncoding: string | undefined,
  unproven: Unproven | null = null,
): Promise<ReceivedBody> {
  const encoding = (contentEncoding ?? '').trim().toLowerCase();
  const received = unproven === null ? await collect(stream, DRAINED_BYTES) : await collectProven(stream, unproven);
  if (received.kind !== 'whole' || encoding === '' || encoding === 'identity') return received;
  const createDecoder = DECODERS.get(encoding);
  if (createDecoder === undefined) {
    const detail = `the content encoding ${JSON.stringify(encoding.slice(0, 100))} is not supported`;
    return { kind: 'undecodable', bytes: received.bytes, detail };
  }
  return decode(createDecoder(), encoding, received.bytes);
}

/** Reads what has yet to prove itself; more than anybody may send unasked only in one of few places. */
async function collectProven(stream: Readable, { proof, largeBodies }: Unproven): Promise<Collected | UnprovenBody> {
  let place: Place | null = null;
  let isBusy = false;
  const watch = (chunk: Buffer, seenBytes: number): boolean => {
    proof.update(chunk);
    if (seenBytes > UNASKED_BYTES && place === null) {
      place = largeBodies.enter();
      isBusy = place === null;
    }
    return !isBusy;
  };
  try {
    const received = await collect(stream, DRAINED_BYTES, watch);
    if (isBusy) return { kind: 'busy' };
    return proof.isGiven() ? received : { kind: 'unproven' };
  } finally {
    largeBodies.leave(place);
  }
}

async function decode(decoder: Readable & NodeJS.WritableStream, encoding: string, bytes: Buffer): Promise<KeptBody> {
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

type Collected = Extract<KeptBody, { kind: 'whole' | 'too-large' }>;
type UnprovenBody = Exclude<ReceivedBody, KeptBody>;

/** Sees each chunk and how much there was with it; false ends the reading. */
type Watch = (chunk: Buffer, seenBytes: number) => boolean;

/** Keeps at most `BODY_BYTES`; what is beyond is read up to `drainedBytes` and forgotten. */
function collect(stream: Readable, drainedBytes: number, watch: Watch = () => true): Promise<Collected> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let seenBytes = 0;
    const onData = (chunk: Buffer): void => {
      if (seenBytes <= BODY_BYTES) chunks.push(chunk);
      seenBytes += chunk.length;
      if (watch(chunk, seenBytes) && seenBytes <= drainedBytes) return;
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
