import { isObject, parseObject } from './answer/parse-object.js';

/**
 * What the digest of a signed schema 1 manifest covers: the document without its signatures, put together again
 * as each signature describes it (Docker image manifest v2 schema 1, "Signed Manifests"). Only this part may be
 * read, because anybody can change the rest. Null when the signatures do not say it, or disagree.
 */
export function schema1Payload(bytes: Uint8Array): Uint8Array | null {
  const signatures = parseObject(bytes)?.['signatures'];
  if (!Array.isArray(signatures)) return null;
  const cuts = signatures.slice(0, 100).map(cutOf);
  const [first] = cuts;
  if (first === undefined || first === null || first.headBytes > bytes.byteLength) return null;
  const agreed = cuts.every((cut) => cut !== null && cut.headBytes === first.headBytes && cut.tail.equals(first.tail));
  return agreed ? Buffer.concat([bytes.subarray(0, first.headBytes), first.tail]) : null;
}

function cutOf(signature: unknown): { readonly headBytes: number; readonly tail: Buffer } | null {
  const header = isObject(signature) ? signature['protected'] : null;
  const fields = typeof header === 'string' ? parseObject(Buffer.from(header, 'base64url')) : null;
  const [headBytes, tail] = [fields?.['formatLength'], fields?.['formatTail']];
  if (typeof headBytes !== 'number' || !Number.isSafeInteger(headBytes) || headBytes < 0) return null;
  return typeof tail === 'string' ? { headBytes, tail: Buffer.from(tail, 'base64url') } : null;
}
