import { describe, expect, it } from '@jest/globals';
import { parseRetryAfter } from './retry-after.js';

const NOW = Date.parse('2026-01-01T00:00:00Z');

describe('parseRetryAfter', () => {
  it.each<[string | null, number | null]>([
    ['0', 0],
    ['30', 30_000],
    [' 30 ', 30_000],
    ['900', 900_000],
    ['901', 900_000],
    ['1000000000', 900_000],
    ['Thu, 01 Jan 2026 00:00:30 GMT', 30_000],
    ['Thu, 01 Jan 2026 02:00:00 GMT', 900_000],
    ['Wed, 31 Dec 2025 23:59:59 GMT', 0],
    [null, null],
    ['', null],
    ['-1', null],
    ['1e9', null],
    ['1.5', null],
    ['soon', null],
    ['2026-01-01', null],
    ['Thu, 99 Jan 2026 00:00:30 GMT', null],
  ])('reads %p as %p ms', (text, expected) => {
    expect(parseRetryAfter(text, NOW)).toBe(expected);
  });
});
