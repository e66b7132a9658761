import { createHash, randomBytes } from 'node:crypto';

/** 256 bits behind a word by which people and scanners of leaked secrets know it. */
const PATTERN = /^strata_[A-Za-z0-9_-]{43}$/;

/** A new secret, to be shown once; `random` gives that many bytes nobody can guess. */
export function newTokenSecret(random: (sizeBytes: number) => Buffer = randomBytes): string {
  return `strata_${random(32).toString('base64url')}`;
}

/**
 * SHA-256 of a secret: all that is kept. One round is enough, since 256 random bits cannot be guessed, and looking a hash
 * up tells nobody by its time how much of a guess was right. Null for a text that was never a secret.
 */
export function hashTokenSecret(secret: string): Buffer | null {
  return PATTERN.test(secret) ? createHash('sha256').update(secret).digest() : null;
}
