import * as Char from './char.js';

const HEX4 = /[0-9A-Fa-f]{4}/y;
/** By the character behind the backslash: 1 for a short escape, 5 for `u` and its four digits, 0 for none. */
const ESCAPE_CHARS = new Uint8Array(128);
for (const char of '"\\/bfnrt') ESCAPE_CHARS[char.charCodeAt(0)] = 1;
ESCAPE_CHARS[Char.LOWER_U] = 5;

/**
 * Where the string that opens at `start` closes (RFC 8259 section 7): the index of its last quote. Below zero when it is
 * none: then `~result` is where it goes wrong, and `stringFault` says how.
 */
export function stringEnd(text: string, start: number): number {
  for (let index = start + 1; ; index += 1) {
    const char = text.charCodeAt(index);
    if (char === Char.QUOTE) return index;
    if (char === Char.BACKSLASH) {
      const escaped = escapeChars(text, index);
      if (escaped === 0) return ~index;
      index += escaped;
    } else if (!(char >= Char.SPACE)) return ~index;
  }
}

/** Says what is wrong at the place that `stringEnd` has found. */
export function stringFault(text: string, index: number): string {
  if (index >= text.length) return 'the document ends inside a string';
  if (text.charCodeAt(index) === Char.BACKSLASH) return 'this is not an escape that JSON knows';
  return 'a control character stands in a string';
}

/** How many characters belong to the backslash at `index`; 0 when none do. */
function escapeChars(text: string, index: number): number {
  const chars = ESCAPE_CHARS[text.charCodeAt(index + 1)] ?? 0;
  if (chars !== 5) return chars;
  HEX4.lastIndex = index + 2;
  return HEX4.test(text) ? chars : 0;
}

/**
 * What stands between the quotes, which `stringEnd` has checked. A lone surrogate stays what it is, as RFC 8259 section
 * 8.2 leaves it to us.
 */
export function stringValue(text: string, start: number, end: number): string {
  const raw = text.slice(start + 1, end);
  if (!raw.includes('\\')) return raw;
  const value: unknown = JSON.parse(text.slice(start, end + 1));
  if (typeof value !== 'string') throw new TypeError('a quoted string is not a string');
  return value;
}
