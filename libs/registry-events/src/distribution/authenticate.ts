import { createHash, timingSafeEqual } from 'node:crypto';

const BEARER = /^Bearer ([\x21-\x7e]+)$/i; // RFC 9110, 11.1: the scheme is case-insensitive; the token is taken as it is

const sha256 = (text: string): Buffer => createHash('sha256').update(text).digest();

/**
 * Tells whether the sender holds one of the secrets: `Authorization: Bearer <secret>`, the header that operators give
 * a Distribution endpoint. Digests are compared, in constant time and all of them, so neither the length nor a
 * common beginning nor the place in the list can be measured. An empty secret lets nobody in.
 */
export function authenticate(headers: ReadonlyMap<string, string>, secrets: readonly string[]): boolean {
  const presented = sha256(BEARER.exec(headers.get('authorization') ?? '')?.[1] ?? '');
  let accepted = false;
  for (const secret of secrets) {
    const same = timingSafeEqual(presented, sha256(secret));
    accepted = (same && secret !== '') || accepted;
  }
  return accepted;
}
