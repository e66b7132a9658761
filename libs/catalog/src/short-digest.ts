/** How much of a digest a sentence shows: twelve hex digits, as clients print it. */
const SHOWN_HEX = 12;

/** A digest as sentences for people show it. */
export function shortDigest(digest: string): string {
  return digest.slice(0, digest.indexOf(':') + 1 + SHOWN_HEX);
}
