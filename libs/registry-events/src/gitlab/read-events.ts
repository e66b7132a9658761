import { readEvents as readDistributionEvents } from '../distribution/read-events.js';
import type { Delivery, RegistryEvent } from '../registry-event.js';

/** A token that somebody could use: three parts in base64url, the first of which begins like the header of a JWT. */
const TOKEN = /"eyJ[A-Za-z0-9_-]*\.[A-Za-z0-9_-]*\.[A-Za-z0-9_-]*"/g;
const BEGINNING = '"eyJ';

/**
 * Reads the envelope of Distribution. Some versions of GitLab put the token of whoever pushed into `actor.user`; it is
 * blotted out before any byte is kept, so the bytes kept are those received but for that.
 */
export function readEvents({ body }: Pick<Delivery, 'body'>): readonly RegistryEvent[] {
  return readDistributionEvents({ body: withoutTokens(body) });
}

function withoutTokens(body: Uint8Array): Uint8Array {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  if (!bytes.includes(BEGINNING)) return body;
  return Buffer.from(bytes.toString('latin1').replace(TOKEN, '"[redacted]"'), 'latin1'); // a byte for a byte
}
