import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readDate } from './read-date.js';

describe('readDate', () => {
  it.each([
    ['0001-01-01T00:00:00Z', '0001-01-01T00:00:00.000Z'],
    ['1970-01-01T00:00:00Z', '1970-01-01T00:00:00.000Z'],
    ['2024-02-29T23:59:59.999999999-05:00', '2024-03-01T04:59:59.999Z'],
    ['2026-01-02t03:04:05z', '2026-01-02T03:04:05.000Z'],
    ['0096-02-29T00:00:00Z', '0096-02-29T00:00:00.000Z'],
  ])('reads %s', (text, expected) => {
    expect(readDate(text)?.toISOString()).toBe(expected);
  });

  it.each([
    '',
    '2026',
    '2026-01-02',
    '2026-01-02 03:04:05Z',
    '2026-02-30T00:00:00Z',
    '2026-13-01T00:00:00Z',
    '2026-01-00T00:00:00Z',
    '2026-01-01T25:00:00Z',
    '2026-01-02T03:04:05',
    'yesterday',
    '2026-01-02T03:04:05Z\n',
  ])('finds no moment in %j', (text) => {
    expect(readDate(text)).toBeNull();
  });

  it('gives back every moment that it is given', () => {
    fc.assert(
      fc.property(
        fc.date({ min: new Date('0001-01-01'), max: new Date('9999-12-31'), noInvalidDate: true }),
        (date) => {
          expect(readDate(date.toISOString())).toEqual(date);
        },
      ),
    );
  });
});
