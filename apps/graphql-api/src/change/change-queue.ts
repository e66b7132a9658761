import { asyncIterator, type Step } from './async-iterator.js';

/** What waits for one subscriber, and the iterator that it takes it by. */
export interface ChangeQueue<T> {
  readonly changes: AsyncIterableIterator<T, undefined>;
  readonly push: (changes: readonly T[]) => void;
  /** Ends it: what waits is forgotten, and `error` is thrown to whoever takes the next. */
  readonly fail: (error: Error) => void;
  /** Resolves once at most this many wait, or nobody takes them any more. */
  readonly atMost: (count: number) => Promise<void>;
}

interface Taker<T> {
  readonly resolve: (step: Step<T>) => void;
  readonly reject: (error: Error) => void;
}

/**
 * A queue with a ceiling: beyond it, what waits is forgotten and the subscriber gets `tooSlow` instead, so that one
 * that takes nothing costs no memory. `onEnd` is called once, however it ends.
 */
export function changeQueue<T>(options: {
  readonly ceiling: number;
  readonly tooSlow: () => Error;
  readonly onEnd: () => void;
}): ChangeQueue<T> {
  const takers: Taker<T>[] = [];
  const low = lowWaiters();
  let waiting: T[] = [];
  let end: 'open' | 'done' | Error = 'open';

  /** Gives what is there to who waits for it. */
  const hand = (): void => {
    while (takers.length > 0 && (waiting.length > 0 || end !== 'open')) {
      const [taker, next] = [takers.shift(), waiting.shift()];
      if (next !== undefined) taker?.resolve({ done: false, value: next });
      else if (end instanceof Error) taker?.reject(end);
      else taker?.resolve({ done: true, value: undefined });
      if (end !== 'open') end = 'done'; // an error is told once
    }
    low.tell(waiting.length);
  };
  const finish = (how: 'done' | Error): void => {
    if (end !== 'open') return;
    end = how;
    waiting = [];
    hand();
    options.onEnd();
  };
  const next = (): Promise<Step<T>> =>
    new Promise((resolve, reject) => {
      takers.push({ resolve, reject });
      hand();
    });

  return {
    changes: asyncIterator(next, () => finish('done')),
    push(changes) {
      if (end !== 'open') return;
      waiting.push(...changes);
      hand();
      if (waiting.length > options.ceiling) finish(options.tooSlow());
    },
    fail: finish,
    atMost: (count) => low.wait(count, waiting.length),
  };
}

/** Those who wait until a count has become low enough. */
function lowWaiters(): {
  readonly wait: (atMost: number, now: number) => Promise<void>;
  readonly tell: (now: number) => void;
} {
  const waiters = new Set<{ readonly atMost: number; readonly resolve: () => void }>();
  const tell = (now: number): void => {
    for (const waiter of waiters) {
      if (now > waiter.atMost) continue;
      waiters.delete(waiter);
      waiter.resolve();
    }
  };
  return {
    wait: (atMost, now) =>
      new Promise((resolve) => {
        waiters.add({ atMost, resolve });
        tell(now);
      }),
    tell,
  };
}
