import { isUtf8 } from 'node:buffer';
import { JsonError } from './json-error.js';

const BYTE_ORDER_MARK = 0xfeff;
const DECODER = new TextDecoder('utf-8', { ignoreBOM: true });

/**
 * Turns bytes into text without replacing anything: RFC 8259 section 8.1 asks for UTF-8 without a byte order
 * mark, and a decoder that repairs would show content that the digest does not cover. Throws `JsonError`.
 */
export function decodeUtf8(bytes: Uint8Array): string {
  if (bytes[0] === 0 || (bytes.length > 1 && bytes[1] === 0)) throw badUtf8('this is UTF-16 or UTF-32, not UTF-8', 0);
  const text = DECODER.decode(bytes);
  if (!isUtf8(bytes)) throw badUtf8('these bytes are not UTF-8', firstDifference(bytes, text));
  if (text.charCodeAt(0) === BYTE_ORDER_MARK) throw badUtf8('a byte order mark stands before the document', 0);
  return text;
}

/** Where the decoder had to replace something: before that, writing the text out again gives the same bytes. */
function firstDifference(bytes: Uint8Array, repairedText: string): number {
  const repaired = Buffer.from(repairedText);
  return Math.max(
    bytes.findIndex((byte, index) => byte !== repaired[index]),
    0,
  );
}

function badUtf8(message: string, offsetBytes: number): JsonError {
  return new JsonError({ code: 'BAD_UTF8', message, path: '$', offsetBytes });
}
