import { createHash } from 'node:crypto';

/**
 * The content address of some bytes. Only `parseDigest` and `digestOf` make one, so whoever holds a
 * `Digest` holds a well-formed one of a registered algorithm (OCI image-spec 1.1, descriptor.md, "Digests").
 */
export type Digest = `${DigestAlgorithm}:${string}` & { readonly __brand: 'Digest' };

/** The algorithms that the OCI image-spec 1.1 registers; both can be verified here. */
export type DigestAlgorithm = 'sha256' | 'sha512';

/** Says that some text is not a digest that can be verified; carries at most the first 100 characters of it. */
export class DigestError extends Error {
  override readonly name = 'DigestError';
  constructor(text: string) {
    super(`not a sha256 or sha512 digest in lower-case hex: ${JSON.stringify(text.slice(0, 100))}`);
  }
}

const PATTERN = /^(?:sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})$/;

/** Asks without throwing, for places where an ill-formed digest is an ordinary answer. */
export function isDigest(text: string): text is Digest {
  return PATTERN.test(text);
}

/** The checked way from text to `Digest`. Throws `DigestError`. */
export function parseDigest(text: string): Digest {
  if (!isDigest(text)) throw new DigestError(text);
  return text;
}

/** Takes bytes, never an object: a manifest written out again has another digest. */
export function digestOf(bytes: Uint8Array, algorithm: DigestAlgorithm = 'sha256'): Digest {
  return parseDigest(`${algorithm}:${createHash(algorithm).update(bytes).digest('hex')}`);
}

/** The algorithm that a reader must use to verify content against this digest. */
export function algorithmOf(digest: Digest): DigestAlgorithm {
  return digest.startsWith('sha256:') ? 'sha256' : 'sha512';
}
