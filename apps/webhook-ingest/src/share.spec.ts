import { describe, expect, it } from '@jest/globals';
import { CROWD_DELIVERIES, SOURCE_BURST_EVENTS, SOURCE_EVENTS_PER_SECOND } from './ceilings.js';
import { createCrowd, createShare } from './share.js';

const at = (seconds: number): Date => new Date(1_786_875_330_000 + seconds * 1_000);

describe('the share of a source', () => {
  it('lasts for a burst, and no event longer', () => {
    const share = createShare();
    share.spend(SOURCE_BURST_EVENTS - 1, at(0));
    expect(share.isUsedUp(at(0))).toBe(false);
    share.spend(1, at(0));
    expect(share.isUsedUp(at(0))).toBe(true);
  });

  it('comes back at its rate, up to a burst', () => {
    const share = createShare();
    share.spend(SOURCE_BURST_EVENTS + SOURCE_EVENTS_PER_SECOND, at(0)); // a debt of a second
    expect(share.isUsedUp(at(1))).toBe(true);
    expect(share.isUsedUp(at(1.1))).toBe(false);
    share.spend(SOURCE_BURST_EVENTS, at(1_000));
    expect(share.isUsedUp(at(1_000))).toBe(true);
  });

  it('is not spent by a clock that is set back', () => {
    const share = createShare();
    share.spend(1, at(100));
    expect(share.isUsedUp(at(0))).toBe(false);
  });
});

describe('the crowd', () => {
  it('is dense as long as so many are under way, however they end', async () => {
    const crowd = createCrowd();
    const ends: ((isGood: boolean) => void)[] = [];
    const joined = Array.from({ length: CROWD_DELIVERIES }, () =>
      crowd.join(
        () =>
          new Promise<void>((resolve, reject) => {
            ends.push((isGood) => (isGood ? resolve() : reject(new Error('broken off'))));
          }),
      ),
    );
    expect(crowd.isDense()).toBe(true);
    ends[0]?.(false);
    await expect(joined[0]).rejects.toThrow('broken off');
    expect(crowd.isDense()).toBe(false);
    for (const end of ends) end(true);
    await Promise.allSettled(joined);
    expect(crowd.isDense()).toBe(false);
  });
});
