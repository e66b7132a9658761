import { describe, expect, it } from '@jest/globals';
import type { CrawlRun } from '@strata/catalog';
import { openCrawlProgress } from './crawl-progress.js';

const RUN: CrawlRun = {
  id: 1n,
  sourceId: 1,
  source: 'local',
  kind: 'full',
  repository: null,
  trigger: 'request',
  confirmed: false,
  state: 'running',
  startedAt: new Date(0),
  finishedAt: null,
  seen: 0,
  repaired: 0,
  removed: 0,
  expected: 2_000,
  error: null,
};
const DONE = { state: 'complete', finishedAt: new Date(9_000), seen: 2_000, repaired: 60, removed: 0 } as const;

function shown(isTerminal: boolean, ...runs: readonly (readonly [number, Partial<CrawlRun>])[]): string {
  let out = '';
  const progress = openCrawlProgress({ isTerminal, write: (text) => void (out += text) });
  for (const [atMs, change] of runs) progress.show({ ...RUN, ...change }, atMs);
  return out;
}

describe('on a terminal', () => {
  it('draws one bar over itself, with the rate and the time that is left', () => {
    const out = shown(
      true,
      [0, { state: 'waiting' }],
      [1_000, {}],
      [3_000, { seen: 500, repaired: 12 }],
      [9_000, DONE],
    );
    expect(out.split('\r\u001b[K').slice(1)).toEqual([
      '[........................] local: waiting for a worker',
      '[........................] local: 0 of 2000, 0 repaired, 0.0/s',
      '[######..................] local: 500 of 2000, 12 repaired, 250/s, 6 s left',
      'local: complete: 2000 seen, 60 repaired, 0 removed, drift 30.0 per thousand\n',
    ]);
  });
});

describe('elsewhere', () => {
  it('writes a line now and then, without a control character', () => {
    const ticks = Array.from({ length: 41 }, (_, n) => [n * 250, { seen: n * 10 }] as const);
    const out = shown(false, ...ticks, [10_500, DONE]);
    expect(out).toBe(
      [
        'local: 0 of 2000, 0 repaired, 0.0/s',
        'local: 200 of 2000, 0 repaired, 40/s, 45 s left',
        'local: 400 of 2000, 0 repaired, 40/s, 40 s left',
        'local: complete: 2000 seen, 60 repaired, 0 removed, drift 30.0 per thousand',
        '',
      ].join('\n'),
    );
  });

  it('says at once what it waits for, and at the end what it asks', () => {
    const question = 'the registry says that 150 of 400 tags are gone';
    const out = shown(
      false,
      [0, {}],
      [250, { error: '429' }],
      [500, { state: 'asking', finishedAt: new Date(500), error: question }],
    );
    expect(out).toContain('waiting: 429\n');
    expect(out).toMatch(new RegExp(`asks: .*\n${question}\n$`));
  });
});
