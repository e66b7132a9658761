import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { crawlSettings } from './crawl-config.js';

const schema = z.strictObject(crawlSettings);
const HOUR = 3_600_000;

describe('crawls', () => {
  it('are every 6 hours, with a sample every 5 minutes, where nothing is said', () => {
    expect(schema.parse({})).toEqual({
      repositories: [],
      crawl: { fullEveryMs: 6 * HOUR, sampleEveryMs: 300_000, dirtyEveryMs: 600_000 },
    });
  });

  it.each([
    ['90s', 90_000],
    ['5m', 300_000],
    ['6h', 6 * HOUR],
    ['2d', 48 * HOUR],
    ['off', null],
  ])('may be every %s', (full, ms) => {
    expect(schema.parse({ crawl: { full } }).crawl.fullEveryMs).toBe(ms);
  });

  it.each(['', '0s', '6', 'h', '-1h', '1.5h', '6 h', '6w', '99999h', 'OFF'])('are not every %j', (full) => {
    expect(schema.safeParse({ crawl: { full } }).error?.issues[0]).toMatchObject({
      path: ['crawl', 'full'],
      message: 'must be a time such as 30s, 5m, 6h or 1d, or off',
    });
  });

  it.each(['A/b', '../etc', 'a//b', '/a', 'a/', ''])('walk no repository called %j', (name) => {
    expect(schema.safeParse({ repositories: [name] }).success).toBe(false);
  });
});
