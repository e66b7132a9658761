import { describe, expect, it } from '@jest/globals';
import { readQuota, type Quota } from './read-quota.js';

const NOW_MS = 1_800_000_000_000;

describe('readQuota', () => {
  it.each<[string, Record<string, string>, Quota | null]>([
    ['nothing', {}, null],
    [
      'Docker Hub',
      { 'ratelimit-limit': '100;w=21600', 'ratelimit-remaining': '76;w=21600' },
      { limit: 100, remaining: 76, resetMs: 21_600_000 },
    ],
    [
      'three headers',
      { 'ratelimit-limit': '10', 'ratelimit-remaining': '3', 'ratelimit-reset': '7' },
      { limit: 10, remaining: 3, resetMs: 7_000 },
    ],
    [
      'a limit with its windows',
      { 'ratelimit-limit': '10, 10;w=1, 50;w=60', 'ratelimit-remaining': '3', 'ratelimit-reset': '7' },
      { limit: 10, remaining: 3, resetMs: 7_000 },
    ],
    [
      'a time since 1970 in seconds',
      { 'x-ratelimit-limit': '5000', 'x-ratelimit-remaining': '4999', 'x-ratelimit-reset': '1800000060' },
      { limit: 5_000, remaining: 4_999, resetMs: 60_000 },
    ],
    [
      'a time since 1970 in milliseconds',
      { 'x-rate-limit-remaining': '1', 'x-rate-limit-reset': '1800000000500' },
      { limit: null, remaining: 1, resetMs: 500 },
    ],
    [
      'a time that is over',
      { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '1700000000' },
      { limit: null, remaining: 0, resetMs: 0 },
    ],
    ['a remainder alone', { 'x-ratelimit-remaining': '8' }, { limit: null, remaining: 8, resetMs: null }],
    [
      'a structured field and its policy',
      { ratelimit: '"default";r=50;t=30', 'ratelimit-policy': '"default";q=100;w=60' },
      { limit: 100, remaining: 50, resetMs: 30_000 },
    ],
    [
      'the tightest of several windows',
      {
        ratelimit: '"hour";r=500;t=3000, "minute";r=2;t=30',
        'ratelimit-policy': '"hour";q=1000;w=3600,"minute";q=10;w=60',
      },
      { limit: 10, remaining: 2, resetMs: 30_000 },
    ],
    [
      'the draft before it',
      { ratelimit: 'limit=100, remaining=50, reset=5' },
      { limit: 100, remaining: 50, resetMs: 5_000 },
    ],
    ['a number below zero', { 'ratelimit-remaining': '-1' }, null],
    ['a word', { 'ratelimit-remaining': 'plenty', ratelimit: 'plenty' }, null],
    ['a number that is too long', { 'ratelimit-remaining': '9'.repeat(16) }, null],
  ])('reads %s', (_, headers, quota) => {
    expect(readQuota(headers, NOW_MS)).toEqual(quota);
  });
});
