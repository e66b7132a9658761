import { ChildStartError, describeEnd, type Child, type ChildEnd } from './start-child.js';

/** What keeping a process alive needs. */
export interface KeepRunningOptions {
  readonly name: string;
  readonly start: (signal: AbortSignal) => Promise<Child>;
  /** Ends the first start, when nobody waits for it any more. */
  readonly signal: AbortSignal;
  /** Tells a person; no restart is silent. */
  readonly say: (text: string) => void;
  /** How long to wait before the n-th restart in a row, from 1. */
  readonly delayMs?: (restart: number) => number;
}

/** A process that is started again when it dies. */
export interface Kept {
  readonly url: string;
  stop(limitMs: number): Promise<void>;
}

/** A process that lived this long is in order again: the next restart is the first one. */
const SOUND_AFTER_MS = 60_000;
const MAX_DELAY_MS = 30_000;

/** 1, 2, 4 … 30 s: a process that cannot run must not keep the machine busy. */
export function backOffMs(restart: number): number {
  return Math.min(1_000 * 2 ** (restart - 1), MAX_DELAY_MS);
}

/**
 * Starts a process, and from then on starts it again whenever it ends by itself, after a pause that grows.
 * Throws `ChildStartError` when the very first start fails: that is for the operator to put right.
 */
export async function keepRunning(options: KeepRunningOptions): Promise<Kept> {
  const { name, start, say, delayMs = backOffMs } = options;
  const stopping = new AbortController();
  const signal = AbortSignal.any([options.signal, stopping.signal]);
  let current: Child | null = await start(signal);
  const { url } = current;
  let restarts = 0;

  const revive = async (reason: string): Promise<Child | null> => {
    if (signal.aborted) return null;
    restarts += 1;
    const pauseMs = delayMs(restarts);
    say(`${name} ${reason}; starting it again in ${pauseMs / 1_000} s`);
    await pause(pauseMs, signal);
    if (signal.aborted) return null;
    try {
      const child = await start(signal);
      if (signal.aborted) {
        await child.stop(0);
        return null;
      }
      say(`${name} runs again`);
      return child;
    } catch (error) {
      return revive(
        error instanceof ChildStartError && error.end !== null ? describeFailure(error.end) : 'did not start',
      );
    }
  };

  const watch = async (): Promise<void> => {
    while (current !== null) {
      const since = performance.now();
      const end = await current.ended;
      if (performance.now() - since > SOUND_AFTER_MS) restarts = 0;
      current = await revive(describeFailure(end));
    }
  };

  const watching = watch();
  return {
    url,
    async stop(limitMs) {
      stopping.abort();
      await current?.stop(limitMs);
      await watching;
    },
  };
}

function describeFailure(end: ChildEnd): string {
  return `ended unexpectedly (${describeEnd(end)})`;
}

function pause(timeMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, timeMs);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
