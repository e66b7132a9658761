import { digestOf } from '../digest.js';
import type { BlobFixture } from './fixture.js';

/** A value as JSON under its true digest; Docker's tools indent by three, OCI's write one line. */
export function writeDocument(
  mediaType: string,
  value: unknown,
  indent = 0,
): BlobFixture & { readonly sizeBytes: number } {
  const bytes = Buffer.from(JSON.stringify(value, null, indent));
  return { mediaType, digest: digestOf(bytes), bytes, sizeBytes: bytes.length };
}

/** Points at some content, as documents do; `more` adds fields or replaces them. */
export function describe(
  { mediaType, digest, bytes }: BlobFixture,
  more: Readonly<Record<string, unknown>> = {},
): Record<string, unknown> {
  return { mediaType, digest, size: bytes.length, ...more };
}

/** A platform as documents write it, from its name; left as it stands, so that odd spellings can be tested. */
export function platformWords(name: string): Record<string, string> {
  const [words = '', osVersion] = name.split(/:(.*)/s);
  const [os = '', architecture = '', variant] = words.split('/');
  return { architecture, os, ...(osVersion && { 'os.version': osVersion }), ...(variant && { variant }) };
}
