import { algorithmOf, digestOf, type Digest } from '../digest.js';
import type { JsonValue } from '../json/json-value.js';
import type { Problems } from './gather-problems.js';

const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;

/**
 * Reads content that stands inside its descriptor (OCI image-spec 1.1, descriptor.md, `data`), once it is what digest and
 * size promise. Null where there is none, and, with a warning, where it is something else: the descriptor holds all the
 * same, because the content can be fetched.
 */
export function readData(
  value: JsonValue | undefined,
  promised: { readonly digest: Digest | null; readonly sizeBytes: number | null },
  path: string,
  problems: Problems,
): Uint8Array | null {
  if (value === undefined || value === null) return null;
  if (typeof value !== 'string' || value.length % 4 !== 0 || !BASE64.test(value)) {
    problems.warn('BAD_DATA', 'this is not base64', path);
    return null;
  }
  const bytes = Buffer.from(value, 'base64');
  const { digest, sizeBytes } = promised;
  if (sizeBytes !== null && bytes.length !== sizeBytes)
    problems.warn('BAD_DATA', `these are ${bytes.length} bytes, and the descriptor promises ${sizeBytes}`, path);
  else if (digest !== null && digestOf(bytes, algorithmOf(digest)) !== digest)
    problems.warn('BAD_DATA', 'these bytes have another digest', path);
  else return bytes;
  return null;
}
