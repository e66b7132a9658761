import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { lastDue, type SnapshotInterval } from './last-due.js';

const HOUR_MS = 3_600_000;
const DAY = { everyMs: 24 * HOUR_MS };

describe('the last moment that a snapshot was due', () => {
  it.each<[string, SnapshotInterval, number, string, string]>([
    ['a day, before its time', DAY, 6, '2026-11-21T05:59:59.999Z', '2026-11-20T06:00:00.000Z'],
    ['a day, at its time', DAY, 6, '2026-11-21T06:00:00.000Z', '2026-11-21T06:00:00.000Z'],
    ['six hours', { everyMs: 6 * HOUR_MS }, 1, '2026-11-21T12:59:00.000Z', '2026-11-21T07:00:00.000Z'],
    ['a week, on a Saturday', 'week', 6, '2026-11-21T12:00:00.000Z', '2026-11-16T06:00:00.000Z'],
    ['a week, on a Monday before its time', 'week', 6, '2026-11-16T05:00:00.000Z', '2026-11-09T06:00:00.000Z'],
    ['a month', 'month', 6, '2026-11-21T12:00:00.000Z', '2026-11-01T06:00:00.000Z'],
    ['a month, on its first day before its time', 'month', 6, '2026-01-01T05:00:00.000Z', '2025-12-01T06:00:00.000Z'],
  ])('every %s', (_, interval, hour, now, due) => {
    expect(lastDue(interval, hour * HOUR_MS, new Date(now)).toISOString()).toBe(due);
  });

  const intervals = fc.constantFrom<SnapshotInterval>(
    'week',
    'month',
    DAY,
    { everyMs: HOUR_MS },
    { everyMs: 7 * DAY.everyMs },
  );
  const moments = fc.date({ min: new Date('2020-01-01'), max: new Date('2040-01-01'), noInvalidDate: true });

  it('is not ahead, is due at itself, and only moves on', () => {
    fc.assert(
      fc.property(
        intervals,
        fc.integer({ min: 0, max: DAY.everyMs - 1 }),
        moments,
        fc.nat(40 * DAY.everyMs),
        (interval, atMs, now, later) => {
          const due = lastDue(interval, atMs, now);
          expect(due.getTime()).toBeLessThanOrEqual(now.getTime());
          expect(lastDue(interval, atMs, due)).toEqual(due);
          expect(lastDue(interval, atMs, new Date(now.getTime() + later)).getTime()).toBeGreaterThanOrEqual(
            due.getTime(),
          );
        },
      ),
    );
  });
});
