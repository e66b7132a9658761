import { isJsonArray, type JsonObject } from '../json/json-value.js';
import type { ByteSpan } from '../json/parse-json.js';
import type { Problems } from '../manifest/gather-problems.js';
import { cutPayload } from './schema1-payload.js';
import { verifySignatures, type Schema1Signature } from './verify-signatures.js';

/** What a schema 1 document is about, once its envelope is open. */
export interface OpenedSchema1 {
  /** What the digest covers: the signed part, or all bytes where nothing is signed. */
  readonly payload: Uint8Array;
  readonly signature: Schema1Signature;
}

/**
 * Finds the part of a schema 1 document that its digest covers, and what its signatures are worth. All fields of the
 * document but its signatures stand in that part. `spans` are where the signatures stand in `bytes`. Null, with the
 * problem added, for signatures that sign no part of it, or leave out more than themselves: readers that do not cut
 * would believe the rest.
 */
export function openSigned(
  root: JsonObject,
  bytes: Uint8Array,
  spans: readonly ByteSpan[],
  problems: Problems,
): OpenedSchema1 | null {
  const { signatures = null } = root;
  const isUnsigned = signatures === null || (isJsonArray(signatures) && signatures.length === 0);
  if (isUnsigned) return { payload: bytes, signature: { state: 'unverified', reason: 'no signatures' } };
  if (!isJsonArray(signatures)) {
    problems.add('SIGNATURE', 'signatures must be an array', '$.signatures');
    return null;
  }
  const cut = cutPayload(bytes, signatures);
  if (typeof cut === 'string') {
    problems.add('SIGNATURE', cut, '$.signatures');
    return null;
  }
  const { payload, headBytes } = cut;
  if (!leavesOutOnlySignatures(bytes, headBytes, payload, spans)) {
    problems.add('AMBIGUOUS', 'the signatures cover something else than the document without them', '$.signatures');
    return null;
  }
  const signature = verifySignatures(payload, signatures);
  if (signature.state === 'invalid')
    problems.warn('SIGNATURE', `a signature is wrong: ${signature.reason}`, '$.signatures');
  return { payload, signature };
}

const BEFORE = /^[ \t\r\n]*,[ \t\r\n]*"signatures"[ \t\r\n]*:[ \t\r\n]*\[[ \t\r\n]*$/;
const BEHIND = /^[ \t\r\n]*\][ \t\r\n]*\}[ \t\r\n]*$/;
const TAIL = /^[ \t\r\n]*\}[ \t\r\n]*$/;
const MAX_LAYOUT_BYTES = 1_024;

/**
 * Asks whether the document is what is signed, with one more field at its end: then both say the same, and what has been
 * read of one counts for the other. This is how every tool lays it out.
 */
function leavesOutOnlySignatures(
  bytes: Uint8Array,
  headBytes: number,
  payload: Uint8Array,
  spans: readonly ByteSpan[],
): boolean {
  const [first, last] = [spans[0], spans.at(-1)];
  if (first === undefined || last === undefined || headBytes > first.start) return false;
  const pieces = [
    [BEFORE, bytes.subarray(headBytes, first.start)],
    [BEHIND, bytes.subarray(last.end)],
    [TAIL, payload.subarray(headBytes)],
  ] as const;
  return pieces.every(
    ([layout, piece]) => piece.length <= MAX_LAYOUT_BYTES && layout.test(Buffer.from(piece).toString()),
  );
}
