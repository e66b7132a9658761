import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from '@strata/oci';

/** Longest id that is taken as one, in characters; Distribution's are UUIDs of 36. */
const MAX_ID = 200;

const PRINTABLE = /^[\x20-\x7e]+$/;
const RFC3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,18})?(?:Z|[+-]\d\d:\d\d)$/i;

/** A member that is an object; an empty one where it is anything else. */
export function objectIn(object: JsonObject, key: string): JsonObject {
  const value: JsonValue | undefined = object[key];
  return isJsonObject(value) ? value : {};
}

/** A member that is a list; an empty one where it is anything else. */
export function listIn(object: JsonObject, key: string): readonly JsonValue[] {
  const value: JsonValue | undefined = object[key];
  return isJsonArray(value) ? value : [];
}

/** A member that is a text and says something: 3.x sends `""` where 2.x leaves the key out. */
export function textIn(object: JsonObject, key: string): string | null {
  const value = object[key];
  return typeof value === 'string' && value !== '' ? value : null;
}

/** An id that can tell repeats apart: short and printable; null for any other. */
export function idIn(object: JsonObject, key: string): string | null {
  return usableId(textIn(object, key));
}

/** As `idIn`, for ids that stand elsewhere, such as in a header. */
export function usableId(text: string | null | undefined): string | null {
  return typeof text === 'string' && text.length <= MAX_ID && PRINTABLE.test(text) ? text : null;
}

/** An RFC 3339 time; what is finer than a millisecond is dropped. Null where there is none. */
export function timeIn(object: JsonObject, key: string): Date | null {
  return readTime(textIn(object, key));
}

/** As `timeIn`, for a text from elsewhere. */
export function readTime(text: string | null): Date | null {
  if (text === null || !RFC3339.test(text)) return null;
  const time = new Date(text);
  return Number.isNaN(time.getTime()) ? null : time;
}

/** A time in seconds since 1970, as a number or in digits; a fraction is dropped. Null where there is none. */
export function unixTimeIn(object: JsonObject, key: string): Date | null {
  const value = object[key];
  const seconds = typeof value === 'string' && /^[0-9]{1,12}$/.test(value) ? Number(value) : value;
  if (typeof seconds !== 'number' || !(seconds > 0)) return null;
  const time = new Date(Math.floor(seconds) * 1_000);
  return Number.isNaN(time.getTime()) ? null : time;
}

/** Names what stands where something else was expected, for messages. */
export function kindOf(value: JsonValue | undefined): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  return Array.isArray(value) ? 'a list' : `a ${typeof value}`;
}
