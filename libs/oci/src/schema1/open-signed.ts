import { isJsonArray, type JsonObject } from '../json/json-value.js';
import { readJson } from '../json/parse-json.js';
import { insideOf, type Problems } from '../manifest/gather-problems.js';
import { readObject } from '../manifest/read-root.js';
import { cutPayload } from './schema1-payload.js';
import type { Schema1Signature } from './verify-signatures.js';
import { verifySignatures } from './verify-signatures.js';

/** What a schema 1 document is about, once its envelope is open. */
export interface OpenedSchema1 {
  /** What the digest covers: the signed part, or all bytes where nothing is signed. */
  readonly payload: Uint8Array;
  readonly content: JsonObject;
  readonly signature: Schema1Signature;
}

const RULES = { what: 'the signed part', toleratesPrecision: false };

/**
 * Opens a schema 1 document and gives the part that may be read: anybody can change what is not signed. Refuses a
 * document whose unsigned rest says something else, because readers that do not cut would believe it.
 */
export function openSigned(root: JsonObject, bytes: Uint8Array, problems: Problems): OpenedSchema1 | null {
  const { signatures = null } = root;
  const isUnsigned = signatures === null || (isJsonArray(signatures) && signatures.length === 0);
  if (isUnsigned) return { payload: bytes, content: root, signature: { state: 'unverified', reason: 'no signatures' } };
  const payload = isJsonArray(signatures) ? cutPayload(bytes, signatures) : 'signatures must be an array';
  if (typeof payload === 'string' || !isJsonArray(signatures)) {
    problems.add('SIGNATURE', String(payload), '$.signatures');
    return null;
  }
  const content =
    readObject(() => readJson(payload), RULES, insideOf('the signed part', '$.signatures', problems))?.object ?? null;
  if (content === null) return null;
  if (!saysTheSame(root, content))
    problems.add('AMBIGUOUS', 'what is not signed says something else than what is', '$');
  const signature = verifySignatures(payload, signatures);
  if (signature.state === 'invalid')
    problems.warn('SIGNATURE', `a signature is wrong: ${signature.reason}`, '$.signatures');
  return { payload, content, signature };
}

function saysTheSame({ signatures: _, ...outside }: JsonObject, inside: JsonObject): boolean {
  return JSON.stringify(outside) === JSON.stringify(inside);
}
