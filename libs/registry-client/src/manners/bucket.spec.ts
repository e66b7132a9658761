import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { openBucket } from './bucket.js';

describe('openBucket', () => {
  it('lets a burst through at once and the rest at the rate', () => {
    const bucket = openBucket({ requestsPerSecond: 10, burst: 3 });
    const times = Array.from({ length: 6 }, () => {
      const atMs = bucket.nextAtMs(1_000);
      bucket.take(atMs);
      return atMs;
    });
    expect(times).toEqual([1_000, 1_000, 1_000, 1_100, 1_200, 1_300]);
  });

  it('lets no more through in any stretch of time than burst and rate allow', () => {
    const waits = fc.array(fc.integer({ min: 0, max: 500 }), { minLength: 1, maxLength: 100 });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 50 }), fc.integer({ min: 1, max: 10 }), waits, (rate, burst, gaps) => {
        const bucket = openBucket({ requestsPerSecond: rate, burst });
        let nowMs = 0;
        const left = gaps.map((gap) => {
          nowMs += gap;
          const atMs = bucket.nextAtMs(nowMs);
          bucket.take(atMs);
          return atMs;
        });
        left.forEach((fromMs, from) => {
          left.slice(from).forEach((toMs, more) => {
            expect(more + 1).toBeLessThanOrEqual(burst + ((toMs - fromMs) * rate) / 1_000 + 1e-6);
          });
        });
      }),
    );
  });

  it('lets everything through without a rate', () => {
    const bucket = openBucket({ requestsPerSecond: null, burst: 1 });
    bucket.take(5);
    expect(bucket.nextAtMs(5)).toBe(5);
  });

  it.each([
    [0, 1],
    [-1, 1],
    [NaN, 1],
    [1, 0],
  ])('refuses %p a second with a burst of %p', (requestsPerSecond, burst) => {
    expect(() => openBucket({ requestsPerSecond, burst })).toThrow(RangeError);
  });
});
