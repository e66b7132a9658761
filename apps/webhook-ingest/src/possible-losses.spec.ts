import { afterEach, describe, expect, it } from '@jest/globals';
import { createPossibleLosses, type PossibleLosses } from './possible-losses.js';

let losses: PossibleLosses;
afterEach(() => losses.close());

/** A memory whose database is away for the first `failures` marks. */
function open(failures = 0) {
  const marked: string[] = [];
  let nowMs = 0;
  let left = failures;
  losses = createPossibleLosses({
    retryMs: 1,
    now: () => new Date(nowMs),
    mark(source, at) {
      left -= 1;
      if (left >= 0) return Promise.reject(new Error('the database is away'));
      marked.push(`${source} ${at.getTime()}`);
      return Promise.resolve();
    },
  });
  return { marked, advance: (ms: number) => void (nowMs += ms) };
}

/** Long enough for what must not happen. */
const soon = () => new Promise((resolve) => setTimeout(resolve, 30));

/** Once there are so many marks (a machine that is busy may take its time), and time for one too many. */
async function marks(marked: readonly string[], count: number): Promise<readonly string[]> {
  for (let look = 0; look < 200 && marked.length < count; look += 1) await soon();
  await soon();
  return marked;
}
const answer = (status: number, times = 1) => {
  for (let n = 0; n < times; n += 1) losses.answered('one', status);
};

describe('a source is marked', () => {
  it.each([500, 503])('when a delivery was not committed (%d), once the database takes the mark', async (status) => {
    const { marked } = open(3);
    answer(status, 5);
    expect(await marks(marked, 1)).toEqual(['one 0']);
  });

  it('again for what was turned away after the mark', async () => {
    const { marked, advance } = open();
    answer(503);
    await marks(marked, 1);
    advance(5);
    answer(503);
    expect(await marks(marked, 2)).toEqual(['one 0', 'one 5']);
  });

  it('by the first delivery that gets in after a storm of wrong credentials, once an hour', async () => {
    const { marked, advance } = open();
    answer(401, 10);
    await soon();
    expect(marked).toEqual([]);
    for (const hours of [0, 0.5, 1]) {
      advance(hours * 3_600_000);
      answer(401, 10);
      answer(202);
    }
    expect(await marks(marked, 1)).toEqual(['one 5400000']);
  });

  it('never by deliveries that were taken, by a few wrong credentials, or by what is not there', async () => {
    const { marked } = open();
    answer(401, 9);
    answer(202, 20);
    answer(404, 20);
    await soon();
    expect(marked).toEqual([]);
  });
});
