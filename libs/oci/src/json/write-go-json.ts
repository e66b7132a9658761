import type { JsonObject, JsonValue } from './json-value.js';

const ESCAPED = /[<>&\u2028\u2029]/g;

/**
 * Writes JSON as Go does, which is how Docker's tools lay out what they push: `MarshalIndent` with three spaces for
 * manifests, `Marshal` without any (0) for configs. `<`, `>` and `&` are escaped.
 */
export function writeGoJson(document: JsonObject, indentSpaces: 0 | 3): Uint8Array {
  const escape = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return Buffer.from(JSON.stringify(document, null, indentSpaces).replace(ESCAPED, escape));
}

/** The entries of a map in the order in which Go writes its keys: by their bytes. */
export function inGoOrder(map: ReadonlyMap<string, JsonValue>): JsonObject {
  return Object.fromEntries([...map].sort(([left], [right]) => Buffer.compare(Buffer.from(left), Buffer.from(right))));
}
