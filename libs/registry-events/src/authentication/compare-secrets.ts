import { createHash, timingSafeEqual } from 'node:crypto';

const sha256 = (value: string | Uint8Array): Buffer => createHash('sha256').update(value).digest();

/** Tells whether something presented is one of the secrets it was made for. */
export type CompareSecrets = (presented: string | Uint8Array | null) => boolean;

/**
 * Digests are compared, in constant time and all of them, so neither the length nor a common beginning nor the place in
 * the list can be measured. An empty secret lets nobody in.
 */
export function compareSecrets(secrets: readonly (string | Uint8Array)[]): CompareSecrets {
  const digests = secrets.filter(({ length }) => length > 0).map(sha256);
  return (presented) => {
    const digest = sha256(presented ?? '');
    let isOne = false;
    for (const secret of digests) isOne = timingSafeEqual(digest, secret) || isOne;
    return isOne;
  };
}
