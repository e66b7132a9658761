import { describe, expect, it } from '@jest/globals';
import { lastMonths, monthOf } from './months.js';

describe('the last months', () => {
  it('are twelve up to the one that the moment is in, each at its last millisecond, the last at the moment', () => {
    const months = lastMonths(new Date('2026-03-15T12:00:00.123Z'));
    expect(months.map(({ month }) => month)).toEqual(
      ['2025-04', '2025-05', '2025-06', '2025-07', '2025-08', '2025-09', '2025-10', '2025-11', '2025-12'].concat([
        '2026-01',
        '2026-02',
        '2026-03',
      ]),
    );
    expect(months.at(-1)?.at.toISOString()).toBe('2026-03-15T12:00:00.123Z');
    expect(months.at(-2)?.at.toISOString()).toBe('2026-02-28T23:59:59.999Z');
    expect(months[0]?.at.toISOString()).toBe('2025-04-30T23:59:59.999Z');
  });

  it.each(['2026-01-01T00:00:00.000Z', '2024-02-29T23:59:59.999Z', '2026-12-31T23:59:59.999Z'])(
    'of %s are each of the month that they are called by',
    (moment) => {
      for (const { month, at } of lastMonths(new Date(moment))) expect(monthOf(at)).toBe(month);
    },
  );
});
