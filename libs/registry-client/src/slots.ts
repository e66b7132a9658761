import { LIMITS } from './limits.js';
import { RegistryError } from './registry-error.js';

/** Lets a fixed number of tasks run at once; the others wait in the order of their arrival. */
export interface Slots {
  /**
   * Rejects with the signal's reason when it is aborted while waiting, and with `rate-limited` when no slot became
   * free in time; a running task must watch the signal itself.
   */
  run<T>(task: () => Promise<T>, signal?: AbortSignal): Promise<T>;
}

/** The budget that one registry's requests share. Throws `RangeError` unless `count` is a positive integer. */
export function openSlots(count: number, waitMs: number = LIMITS.turnMs): Slots {
  if (!Number.isInteger(count) || count < 1) throw new RangeError(`a budget of ${count} requests lets none through`);
  let free = count;
  const waiting = new Set<() => void>();

  async function wait(signal?: AbortSignal): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<'start' | 'leave' | 'late'>();
    const start = () => resolve('start');
    const end = (how: 'leave' | 'late') => {
      if (waiting.delete(start)) resolve(how); // else the slot is already ours, and the task sees the signal
    };
    const leave = () => end('leave');
    waiting.add(start);
    signal?.addEventListener('abort', leave, { once: true });
    const timer = setTimeout(() => end('late'), waitMs);
    const outcome = await promise;
    clearTimeout(timer);
    signal?.removeEventListener('abort', leave);
    if (outcome === 'leave') throw signal?.reason;
    if (outcome === 'late') throw new RegistryError('rate-limited', `no turn came within ${waitMs} ms`);
  }

  function release(): void {
    const [next] = waiting;
    if (next === undefined) {
      free += 1;
      return;
    }
    waiting.delete(next);
    next(); // the slot changes hands without becoming free
  }

  return {
    async run(task, signal) {
      signal?.throwIfAborted();
      if (free > 0) free -= 1;
      else await wait(signal);
      try {
        return await task();
      } finally {
        release();
      }
    },
  };
}
