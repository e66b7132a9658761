import * as Char from './char.js';

const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;

/** Where the number that begins at `start` ends (RFC 8259 section 6); `start` itself when there is none. */
export function numberEnd(text: string, start: number): number {
  let index = start;
  let char = text.charCodeAt(index);
  if (char >= Char.ONE && char <= Char.NINE) {
    do char = text.charCodeAt(++index);
    while (char >= Char.ZERO && char <= Char.NINE);
    if (char === Char.COMMA || char === Char.CLOSE_BRACE || char === Char.CLOSE_BRACKET) return index;
  }
  NUMBER.lastIndex = start;
  return NUMBER.test(text) ? NUMBER.lastIndex : start;
}
