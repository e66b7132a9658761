import { payloadIn, type Payload, type Unreadable } from './read-payload.js';

const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;

/** The JSON that a sender has wrapped in base64 (RFC 4648, section 4) inside other JSON, or why there is none. Never throws. */
export function jsonInBase64(text: string): Payload | Unreadable {
  if (!BASE64.test(text)) return { reason: 'SHAPE', detail: 'the data is not base64' };
  const payload = payloadIn(Buffer.from(text, 'base64'));
  return 'reason' in payload ? { ...payload, detail: `in the data: ${payload.detail}` } : payload;
}
