import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { changeQueue } from './change-queue.js';

const tooSlow = () => new Error('too slow');

function aQueue(ceiling = 3) {
  let ends = 0;
  const queue = changeQueue<number>({ ceiling, tooSlow, onEnd: () => (ends += 1) });
  return { ...queue, ends: () => ends };
}

describe('a queue of changes', () => {
  it('gives everything in order, whoever is first: the giver or the taker', async () => {
    const step = fc.oneof(fc.constant('take'), fc.array(fc.nat(), { maxLength: 3 }));
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
        const { changes, push } = aQueue(1_000);
        const takes = steps.filter((each) => each === 'take').map(() => null);
        const taken: Promise<IteratorResult<number>>[] = [];
        for (const each of steps) {
          if (typeof each === 'string') taken.push(changes.next());
          else push(each);
        }
        await changes.return?.();
        const given = steps.flatMap((each) => (typeof each === 'string' ? [] : each));
        const got = (await Promise.all(taken)).filter(({ done }) => done !== true).map(({ value }) => value as number);
        expect(got).toEqual(given.slice(0, got.length));
        expect(got.length).toBeLessThanOrEqual(takes.length);
      }),
    );
  });

  it('bears its ceiling, and one more ends it: what waits is forgotten, and the taker is told once', async () => {
    const { changes, push, ends } = aQueue(3);
    push([1, 2, 3]);
    expect(await changes.next()).toEqual({ done: false, value: 1 });
    push([4]);
    expect(ends()).toBe(0);
    push([5]);
    expect(ends()).toBe(1);
    await expect(changes.next()).rejects.toThrow('too slow');
    expect(await changes.next()).toEqual({ done: true, value: undefined });
    push([6]);
    expect(ends()).toBe(1);
  });

  it('lets a waiting taker go when it ends, and ends once', async () => {
    const { changes, fail, ends } = aQueue();
    const taker = changes.next();
    await changes.return?.();
    fail(new Error('late'));
    expect(await taker).toEqual({ done: true, value: undefined });
    expect(ends()).toBe(1);
  });

  it('says when few enough wait, or nobody takes them any more', async () => {
    const { changes, push, atMost } = aQueue();
    push([1, 2]);
    let isTaken = false;
    const taken = atMost(1).then(() => (isTaken = true));
    await Promise.resolve();
    expect(isTaken).toBe(false);
    await changes.next();
    await taken;
    const never = atMost(0);
    await changes.return?.();
    await never;
  });
});
