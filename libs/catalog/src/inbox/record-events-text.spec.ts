import { describe, expect, it } from '@jest/globals';
import { cleanText } from './record-events-text.js';

describe('cleanText', () => {
  it.each([
    ['leaves ordinary text alone', 'Zoë 🐳', 20, 'Zoë 🐳'],
    ['shows NUL', 'a\0b', 20, 'a\\u0000b'],
    ['shows a lone high surrogate', 'a\ud83d', 20, 'a\\ud83d'],
    ['shows a lone low surrogate', '\udc33a', 20, '\\udc33a'],
    ['keeps what just fits', 'abc', 3, 'abc'],
    ['cuts what does not', 'abcd', 3, 'abc'],
    ['cuts before a pair rather than through it', 'ab🐳', 3, 'ab'],
    ['keeps a pair that just fits', 'ab🐳', 4, 'ab🐳'],
    ['stays within the length although an escape is longer than what it shows', 'ab\0', 4, 'ab\\u'],
  ])('%s', (_title, text, maxLength, expected) => {
    expect(cleanText(text, maxLength)).toBe(expected);
  });
});
