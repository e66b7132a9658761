import { X509Certificate, createPublicKey, createVerify, hash, type KeyObject } from 'node:crypto';
import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from '../json/json-value.js';
import { decodeBase64Url } from './schema1-payload.js';

/**
 * What the signatures of a schema 1 manifest are worth. `verified` says that the holder of the key has signed this
 * content, and nothing about who that is: the keys stand in the document, most were made for one push.
 */
export type Schema1Signature =
  | { readonly state: 'verified'; readonly keys: readonly VerifiedKey[] }
  | { readonly state: 'unverified'; readonly reason: UnverifiedReason }
  | { readonly state: 'invalid'; readonly reason: InvalidReason };

/** A key that has signed, by the name that Docker's tools print (libtrust: `ABCD:EFGH:…`, twelve groups). */
export interface VerifiedKey {
  readonly keyId: string;
  readonly algorithm: SignatureAlgorithm;
}

/** Why nothing can be said. */
export type UnverifiedReason = 'no signatures' | 'no key' | 'unknown algorithm' | 'unusable key';

/** Why a signature is wrong. */
export type InvalidReason = 'not a signature' | 'wrong signature' | 'the key has another id';

/** The algorithms of RFC 7518 section 3.1 that Docker's signing library knows. */
export type SignatureAlgorithm = keyof typeof ALGORITHMS;

const ALGORITHMS = {
  ES256: { type: 'ec', curve: 'prime256v1', hash: 'sha256' },
  ES384: { type: 'ec', curve: 'secp384r1', hash: 'sha384' },
  ES512: { type: 'ec', curve: 'secp521r1', hash: 'sha512' },
  RS256: { type: 'rsa', curve: null, hash: 'sha256' },
  RS384: { type: 'rsa', curve: null, hash: 'sha384' },
  RS512: { type: 'rsa', curve: null, hash: 'sha512' },
} as const;

/** So large may a key or a certificate be as text; RSA of 16,384 bits fits, and checking it stays cheap. */
const MAX_KEY_CHARS = 8_192;

/**
 * Checks every signature over the payload (RFC 7515 section 5.2). One that is wrong makes all of them `invalid`; one
 * that cannot be checked leaves them `unverified`.
 */
export function verifySignatures(payload: Uint8Array, signatures: readonly JsonValue[]): Schema1Signature {
  if (signatures.length === 0) return { state: 'unverified', reason: 'no signatures' };
  const payloadText = Buffer.from(payload).toString('base64url');
  const checked = signatures.map((signature) => verifySignature(payloadText, signature));
  const worst = checked.find(({ state }) => state === 'invalid') ?? checked.find(({ state }) => state === 'unverified');
  return worst ?? { state: 'verified', keys: checked.flatMap((each) => (each.state === 'verified' ? each.keys : [])) };
}

function verifySignature(payloadText: string, signature: JsonValue): Schema1Signature {
  if (!isJsonObject(signature)) return { state: 'invalid', reason: 'not a signature' };
  const bytes = decodeBase64Url(signature.signature);
  if (bytes === null || typeof signature.protected !== 'string') return { state: 'invalid', reason: 'not a signature' };
  const header = isJsonObject(signature.header) ? signature.header : {};
  const algorithm = algorithmOf(header.alg);
  if (algorithm === null) return { state: 'unverified', reason: 'unknown algorithm' };
  const key = keyOf(header);
  if (typeof key === 'string') return { state: 'unverified', reason: key };
  if (!fits(key, algorithm)) return { state: 'unverified', reason: 'unusable key' };
  const keyId = keyIdOf(key);
  const claimed = isJsonObject(header.jwk) && !hasChain(header) ? (header.jwk.kid ?? keyId) : keyId;
  if (claimed !== keyId) return { state: 'invalid', reason: 'the key has another id' };
  const signed = createVerify(ALGORITHMS[algorithm].hash)
    .update(`${signature.protected}.`)
    .update(payloadText, 'latin1');
  switch (attempt(() => signed.verify({ key, dsaEncoding: 'ieee-p1363' }, bytes))) {
    case true:
      return { state: 'verified', keys: [{ keyId, algorithm }] };
    case false:
      return { state: 'invalid', reason: 'wrong signature' };
    case null:
      return { state: 'unverified', reason: 'unusable key' };
  }
}

/** Null for whatever OpenSSL refuses: what exactly it dislikes about a stranger's key is no business of ours. */
function attempt<T>(ask: () => T): T | null {
  try {
    return ask();
  } catch {
    return null;
  }
}

function algorithmOf(name: JsonValue | undefined): SignatureAlgorithm | null {
  const names = Object.keys(ALGORITHMS).filter((known): known is SignatureAlgorithm => known in ALGORITHMS);
  return names.find((known) => known === name) ?? null;
}

/** The key of the first certificate where there is a chain (`x5c`), else the bare key (`jwk`), as libtrust has it. */
function keyOf(header: JsonObject): KeyObject | 'no key' | 'unusable key' {
  const certificate = isJsonArray(header.x5c) ? header.x5c[0] : undefined;
  if (certificate === undefined && !isJsonObject(header.jwk)) return 'no key';
  const source = certificate ?? JSON.stringify(header.jwk);
  if (typeof source !== 'string' || source.length > MAX_KEY_CHARS) return 'unusable key';
  const read = (): KeyObject =>
    certificate === undefined
      ? createPublicKey({ key: publicJwk(header.jwk), format: 'jwk' })
      : new X509Certificate(Buffer.from(source, 'base64')).publicKey;
  return attempt(read) ?? 'unusable key';
}

function hasChain(header: JsonObject): boolean {
  return isJsonArray(header.x5c) && header.x5c.length > 0;
}

/** The fields of a public key, and no others. */
function publicJwk(jwk: JsonValue | undefined): Readonly<Record<string, string>> {
  const fields = isJsonObject(jwk) ? jwk : {};
  const named = ['kty', 'crv', 'x', 'y', 'n', 'e'].map((name) => [name, fields[name]] as const);
  return Object.fromEntries(named.filter((field): field is readonly [string, string] => typeof field[1] === 'string'));
}

function fits(key: KeyObject, algorithm: SignatureAlgorithm): boolean {
  const { type, curve } = ALGORITHMS[algorithm];
  return key.asymmetricKeyType === type && (curve === null || key.asymmetricKeyDetails?.namedCurve === curve);
}

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
const KEY_ID_BYTES = 30;

/** The first 240 bits of the key's SHA-256 in base32 (RFC 4648 section 6), in groups of four. */
function keyIdOf(key: KeyObject): string {
  const digest = hash('sha256', key.export({ type: 'spki', format: 'der' }), 'buffer').subarray(0, KEY_ID_BYTES);
  const bits = [...digest].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  const letters = (bits.match(/.{5}/g) ?? []).map((five) => BASE32[Number.parseInt(five, 2)] ?? '').join('');
  return (letters.match(/.{4}/g) ?? []).join(':');
}
