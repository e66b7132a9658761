import type { JsonObject, JsonValue } from './json-value.js';

/** An object that inherits nothing. `new` of this is several times faster than `Object.create(null)` and as safe. */
class Dictionary {
  [key: string]: JsonValue;
}
Object.setPrototypeOf(Dictionary.prototype, null);
Reflect.deleteProperty(Dictionary.prototype, 'constructor');
Object.freeze(Dictionary.prototype);

/** All empty objects, and all empty arrays, are one: a document of nothing else costs what its text does. */
export const EMPTY_OBJECT: JsonObject = Object.freeze(new Dictionary());
export const EMPTY_ARRAY: readonly JsonValue[] = Object.freeze([]);

/** An empty object for keys that a stranger has chosen: none of them, not even `__proto__`, means anything to it. */
export function newObject(): { [key: string]: JsonValue } {
  return new Dictionary();
}
