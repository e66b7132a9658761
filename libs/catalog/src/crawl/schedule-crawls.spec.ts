import { describe, expect, it } from '@jest/globals';
import { dueCrawls, type CrawlClock, type CrawlSchedule } from './schedule-crawls.js';

const NOW = new Date('2026-11-21T12:00:00Z');
const MINUTE = 60_000;
const SCHEDULE: CrawlSchedule = {
  source: 'one',
  fullEveryMs: 360 * MINUTE,
  sampleEveryMs: 5 * MINUTE,
  dirtyEveryMs: 10 * MINUTE,
};

function at(minutes: number): Date {
  return new Date(NOW.getTime() + minutes * MINUTE);
}

const QUIET: CrawlClock = {
  fullAt: at(60),
  sampleAt: at(2),
  dirtyAt: null,
  dirtySince: null,
  isFullOpen: false,
  isAsking: false,
};

function due(clock: Partial<CrawlClock>, schedule: Partial<CrawlSchedule> = {}, random = 0.5) {
  return dueCrawls({ ...QUIET, ...clock }, { ...SCHEDULE, ...schedule }, NOW, () => random);
}

describe('what is due', () => {
  it.each<[string, Partial<CrawlClock>, { full: string | null; sample: boolean }]>([
    ['nothing before its time', {}, { full: null, sample: false }],
    [
      'everything at once where nothing was ever crawled',
      { fullAt: null, sampleAt: null },
      { full: 'start', sample: false },
    ],
    ['everything when its time has come', { fullAt: at(0) }, { full: 'schedule', sample: false }],
    [
      'no second full crawl beside one that is open',
      { fullAt: at(0), isFullOpen: true },
      { full: null, sample: false },
    ],
    ['a sample when its time has come', { sampleAt: at(0) }, { full: null, sample: true }],
    ['no sample while a full crawl is open', { sampleAt: at(0), isFullOpen: true }, { full: null, sample: false }],
    ['no sample while a crawl asks', { sampleAt: at(0), isAsking: true }, { full: null, sample: false }],
    ['a crawl at once when events may have been lost', { dirtySince: at(-1) }, { full: 'dirty', sample: false }],
    [
      'one more beside one that began before that',
      { dirtySince: at(-1), isFullOpen: true },
      { full: 'dirty', sample: false },
    ],
    ['no other within ten minutes', { dirtySince: at(-1), dirtyAt: at(-9) }, { full: null, sample: false }],
    ['another after ten minutes', { dirtySince: at(-1), dirtyAt: at(-10) }, { full: 'dirty', sample: false }],
  ])('is %s', (_, clock, expected) => {
    expect(due(clock)).toMatchObject(expected);
  });

  it('is nothing of what an operator has switched off', () => {
    const off = { fullEveryMs: null, sampleEveryMs: null, dirtyEveryMs: null };
    const clock = { fullAt: null, sampleAt: null, dirtySince: at(-1) };
    expect(due(clock, off)).toEqual({
      full: null,
      sample: false,
      next: { fullAt: null, sampleAt: null, dirtyAt: null },
    });
  });
});

describe('the next time', () => {
  it.each([
    [0, 324],
    [0.5, 360],
    [1, 396],
  ])('comes within a tenth of the interval around it (%d)', (random, minutes) => {
    expect(due({ fullAt: at(0) }, {}, random).next.fullAt).toEqual(at(minutes));
  });

  it('is put off by a crawl that was begun for another reason', () => {
    expect(due({ dirtySince: at(-1) }).next).toEqual({ fullAt: at(360), sampleAt: at(2), dirtyAt: NOW });
  });
});
