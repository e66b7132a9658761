import { CEILINGS } from '../ceilings.js';
import { JsonError } from '../json/json-error.js';
import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from '../json/json-value.js';
import { readJson } from '../json/parse-json.js';

/**
 * What the digest of a signed schema 1 manifest covers: the document without its signatures, put together again as
 * each signature describes it (distribution, manifest-v2-1.md, "Signed Manifests"). Null when there are no signatures,
 * or they do not say it, or disagree.
 */
export function schema1Payload(bytes: Uint8Array): Uint8Array | null {
  const root = readOrNull(() => readJson(bytes).value);
  const cut = root !== null && isJsonArray(root.signatures) ? cutPayload(bytes, root.signatures) : null;
  return cut === null || typeof cut === 'string' ? null : cut.payload;
}

/**
 * Cuts the signed part out of a document by its own signatures: its first `headBytes`, and the tail that they name. Or
 * says in a sentence why that cannot be done.
 */
export function cutPayload(
  bytes: Uint8Array,
  signatures: readonly JsonValue[],
): { readonly payload: Uint8Array; readonly headBytes: number } | string {
  if (signatures.length > CEILINGS.signatures)
    return `${signatures.length} signatures, at most ${CEILINGS.signatures} are read`;
  const cuts = signatures.map(cutOf);
  const [first] = cuts;
  if (first === undefined) return 'there is no signature';
  if (first === null || cuts.includes(null)) return 'a signature does not say which part of the document it covers';
  if (first.headBytes > bytes.byteLength) return 'a signature covers more than there is';
  const agree = cuts.every((cut) => cut?.headBytes === first.headBytes && cut.tail.equals(first.tail));
  if (!agree) return 'the signatures cover different parts of the document';
  return { payload: Buffer.concat([bytes.subarray(0, first.headBytes), first.tail]), headBytes: first.headBytes };
}

function cutOf(signature: JsonValue): { readonly headBytes: number; readonly tail: Buffer } | null {
  const header = isJsonObject(signature) ? decodeBase64Url(signature.protected) : null;
  const fields = header && readOrNull(() => readJson(header).value);
  const tail = fields && decodeBase64Url(fields.formatTail);
  const headBytes = fields?.formatLength;
  if (tail === null || typeof headBytes !== 'number' || !Number.isSafeInteger(headBytes) || headBytes < 0) return null;
  return { headBytes, tail };
}

function readOrNull(read: () => JsonValue): JsonObject | null {
  try {
    const value = read();
    return isJsonObject(value) ? value : null;
  } catch (error) {
    if (error instanceof JsonError) return null;
    throw error;
  }
}

const BASE64_URL = /^[A-Za-z0-9_-]*={0,2}$/;

/** Bytes of a text in base64url (RFC 4648 section 5), with padding or without; null for anything else. */
export function decodeBase64Url(value: JsonValue | undefined): Buffer | null {
  return typeof value === 'string' && BASE64_URL.test(value) ? Buffer.from(value, 'base64url') : null;
}
