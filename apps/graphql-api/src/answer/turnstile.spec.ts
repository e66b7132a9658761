import { expect, it } from '@jest/globals';
import { turnstile } from './turnstile.js';

it('lets so many work at once and no more, in order, also past those that fail', async () => {
  const { run } = turnstile(2);
  let inside = 0;
  let most = 0;
  const order: number[] = [];
  const work = (n: number) =>
    run(async () => {
      order.push(n);
      inside += 1;
      most = Math.max(most, inside);
      await new Promise((resolve) => setImmediate(resolve));
      inside -= 1;
      if (n % 3 === 0) throw new Error('failed');
    });
  await Promise.allSettled(Array.from({ length: 10 }, (_, n) => work(n)));
  await work(1);
  expect({ most, order }).toEqual({ most: 2, order: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 1] });
});
