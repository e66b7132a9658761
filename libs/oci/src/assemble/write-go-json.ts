import type { JsonObject } from '../json/json-value.js';

const ESCAPED = /[<>&\u2028\u2029]/g;

/** Writes JSON as Go's `MarshalIndent` with three spaces does, byte for byte: the layout of Docker's manifests. */
export function writeGoJson(document: JsonObject): Uint8Array {
  const escape = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return Buffer.from(JSON.stringify(document, null, 3).replace(ESCAPED, escape));
}

/** The entries of a map in the order in which Go writes its keys: by their bytes. */
export function inGoOrder(map: ReadonlyMap<string, string>): JsonObject {
  return Object.fromEntries([...map].sort(([left], [right]) => Buffer.compare(Buffer.from(left), Buffer.from(right))));
}
