import { describe, expect, it } from '@jest/globals';
import { gather } from './gather.js';

const LIMITS = { atOnce: 1, max: 3 };

describe('gather', () => {
  it('asks together for what is asked while a call is under way, and gives each its own value', async () => {
    const calls: number[][] = [];
    const double = gather(async (keys: readonly number[]) => {
      calls.push([...keys]);
      await new Promise((resolve) => setTimeout(resolve, 5));
      return keys.map((key) => key * 2);
    }, LIMITS);
    expect(await Promise.all([1, 2, 3, 4, 5].map(double))).toEqual([2, 4, 6, 8, 10]);
    expect(calls).toEqual([
      [1, 2, 3],
      [4, 5],
    ]);
  });

  it('puts no more into a call than may weigh together, but a heavy one alone', async () => {
    const calls: number[][] = [];
    const ask = gather(
      async (keys: readonly number[]) => {
        calls.push([...keys]);
        return keys;
      },
      { atOnce: 1, max: 10, maxWeight: 5, weightOf: (key) => key },
    );
    await Promise.all([2, 3, 9, 1, 1].map(ask));
    expect(calls).toEqual([[2, 3], [9], [1, 1]]);
  });

  it('lets the key at fault fail alone', async () => {
    const picky = gather(async (keys: readonly number[]) => {
      if (keys.includes(2)) throw new Error('two');
      return keys;
    }, LIMITS);
    const results = await Promise.allSettled([1, 2, 3].map(picky));
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  });

  it('asks again after a failure', async () => {
    let fails = true;
    const ask = gather(async (keys: readonly number[]) => {
      if (fails) throw new Error('away');
      return keys;
    }, LIMITS);
    await expect(ask(1)).rejects.toThrow('away');
    fails = false;
    expect(await ask(1)).toBe(1);
  });

  it('refuses an answer that does not fit its question', async () => {
    const short = gather(async () => [], LIMITS);
    await expect(short(1)).rejects.toThrow('1 keys were given 0 values');
  });
});
