import { createHmac, timingSafeEqual } from 'node:crypto';
import type { SecretAuthentication } from './authentication.js';
import type { BodyProof, CheckHead } from './open-sender.js';

type Hmac = Extract<SecretAuthentication, { readonly scheme: 'hmac' }>;

const HEX_CHARS = { sha256: 64, sha1: 40 } as const;

/**
 * A signature over the raw body, such as `X-Hub-Signature-256: sha256=<hex>`. A header that cannot be one is refused at
 * once. There is no time in what is signed, so a captured delivery can be sent again: the inbox knows it by its id or bytes.
 */
export function openHmac({ algorithm, header, prefix }: Hmac, secrets: readonly string[]): CheckHead {
  const keys = secrets.filter((secret) => secret !== '');
  const hex = new RegExp(`^[0-9a-f]{${HEX_CHARS[algorithm]}}$`, 'i');
  return ({ headers }) => {
    const value = headers.get(header) ?? '';
    const claimed = value.startsWith(prefix) ? value.slice(prefix.length) : '';
    if (!hex.test(claimed)) return 'refused';
    return hmacProof(algorithm, keys, [Buffer.from(claimed, 'hex')]);
  };
}

/** One HMAC per key over `start` and the bytes that follow; given when any of them is any of the claimed ones. */
export function hmacProof(
  algorithm: Hmac['algorithm'],
  keys: readonly (string | Uint8Array)[],
  claimed: readonly Buffer[],
  start = '',
): BodyProof {
  const hmacs = keys.map((key) => createHmac(algorithm, key).update(start));
  return {
    update: (chunk) => hmacs.forEach((hmac) => hmac.update(chunk)),
    isGiven() {
      let isOne = false;
      for (const hmac of hmacs) {
        const computed = hmac.digest();
        for (const claim of claimed) {
          isOne = (claim.length === computed.length && timingSafeEqual(claim, computed)) || isOne;
        }
      }
      return isOne;
    },
  };
}
