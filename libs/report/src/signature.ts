import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  sign,
  verify,
  type KeyObject,
} from 'node:crypto';

/** A key pair as PEM: PKCS #8 for the private half, SubjectPublicKeyInfo for the public one, as openssl writes them. */
export interface SigningKeys {
  readonly privatePem: string;
  readonly publicPem: string;
}

/** A detached signature over exactly the bytes of a report. */
export interface Signature {
  /** 64 bytes, Ed25519 (RFC 8032). */
  readonly bytes: Uint8Array;
  readonly keyId: string;
}

/** Says that a text is no Ed25519 key; never shows it. */
export class SigningKeyError extends Error {
  override readonly name = 'SigningKeyError';
}

/** Makes a key of one's own; kept nowhere. */
export function generateSigningKeys(): SigningKeys {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519', {
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });
  return { privatePem: privateKey, publicPem: publicKey };
}

/** Signs; throws `SigningKeyError` for what is no Ed25519 private key. */
export function signBytes(bytes: Uint8Array, privatePem: string): Signature {
  const key = readKey(privatePem, 'private', createPrivateKey);
  return { bytes: sign(null, bytes, key), keyId: keyIdOf(createPublicKey(key)) };
}

/** Whether the signature is of these bytes and this key, given as the public half or as the private one. */
export function verifySignature(bytes: Uint8Array, signature: Uint8Array, keyPem: string): boolean {
  return verify(null, bytes, readKey(keyPem, 'public', createPublicKey), signature);
}

/** What tells a key from others: the beginning of the SHA-256 of its public half. Throws `SigningKeyError`. */
export function signingKeyId(keyPem: string): string {
  return keyIdOf(readKey(keyPem, 'public', createPublicKey));
}

function keyIdOf(publicKey: KeyObject): string {
  const der = publicKey.export({ type: 'spki', format: 'der' });
  return `ed25519:${createHash('sha256').update(der).digest('hex').slice(0, 16)}`;
}

function readKey(pem: string, half: 'private' | 'public', read: (pem: string) => KeyObject): KeyObject {
  const key = attempt(() => read(pem));
  if (key?.asymmetricKeyType !== 'ed25519') throw new SigningKeyError(`this is no Ed25519 ${half} key in PEM`);
  return key;
}

/** Why it could not be read might repeat the key. */
function attempt(read: () => KeyObject): KeyObject | null {
  try {
    return read();
  } catch {
    return null;
  }
}
