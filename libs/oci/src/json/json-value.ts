/**
 * What JSON can say. An object inherits nothing, not even from `Object.prototype`, so a key such as
 * `__proto__` or `constructor` is an ordinary key and a missing one is always `undefined`.
 */
export type JsonValue = null | boolean | number | string | readonly JsonValue[] | JsonObject;

/** A JSON object as `readJson` makes it. */
export interface JsonObject {
  readonly [key: string]: JsonValue;
}

/** Tells objects from arrays and null, which `typeof` does not. */
export function isJsonObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** `Array.isArray` for readonly arrays. */
export function isJsonArray(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value);
}

/** Names a value's kind in messages: `null`, `array`, or what `typeof` says; `nothing` where it is absent. */
export function kindOfJson(value: JsonValue | undefined): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}
