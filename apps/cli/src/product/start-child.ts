import { fork, type ChildProcess } from 'node:child_process';
import { LEAN_ENVIRONMENT, LEAN_NODE_FLAGS, StartError, type Environment } from '@strata/runtime';

/** How a child ended. */
export interface ChildEnd {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A process of the product that said it is ready. */
export interface Child {
  readonly url: string;
  readonly ended: Promise<ChildEnd>;
  /** Asks it to end, and ends it hard if that takes more than `limitMs`. */
  stop(limitMs: number): Promise<void>;
}

/** How to start one process. */
export interface ChildOptions {
  readonly name: string;
  /** Path of the program. */
  readonly entry: string;
  readonly env: Environment;
  /** Where its log goes: our own output, or an open file. */
  readonly output: 'inherit' | number;
  /** Ends a start that nobody waits for any more. */
  readonly signal: AbortSignal;
}

/** Says that a process of the product did not come up; `end` is null when it was only too slow. */
export class ChildStartError extends StartError {
  constructor(
    readonly child: string,
    readonly end: ChildEnd | null,
  ) {
    super(end === null ? `${child} did not become ready in time` : `${child} could not start (${describeEnd(end)})`);
  }
}

const READY_LIMIT_MS = 60_000;
const KILL_MS = 5_000;

/** Starts a process and waits for its word that it is ready. Throws `ChildStartError`, or the reason of `signal`. */
export async function startChild(options: ChildOptions): Promise<Child> {
  const { name, entry, env, output, signal } = options;
  signal.throwIfAborted();
  const child = fork(entry, [], {
    execArgv: [...LEAN_NODE_FLAGS, ...process.execArgv], // what the operator says of Node comes last, and so counts
    env: { ...LEAN_ENVIRONMENT, ...env },
    stdio: ['ignore', output, output, 'ipc'],
  });
  const ended = endOf(child);
  const giveUp = (): unknown => child.kill('SIGTERM');
  signal.addEventListener('abort', giveUp);
  const stop = async (limitMs: number): Promise<void> => {
    const timer = setTimeout(() => child.kill('SIGKILL'), limitMs);
    child.kill('SIGTERM');
    await ended;
    clearTimeout(timer);
  };
  try {
    const url = await Promise.race([readyUrlOf(child), ended.then(failed(name)), late(name, ended)]);
    return { url, ended, stop };
  } catch (error) {
    await stop(KILL_MS);
    throw error;
  } finally {
    signal.removeEventListener('abort', giveUp);
  }
}

/** `status 1`, `signal SIGKILL`. */
export function describeEnd({ status, signal }: ChildEnd): string {
  return status === null ? `signal ${signal ?? 'unknown'}` : `status ${status}`;
}

function endOf(child: ChildProcess): Promise<ChildEnd> {
  return new Promise((resolve) => {
    child.once('exit', (status, signal) => resolve({ status, signal }));
    child.once('error', () => resolve({ status: null, signal: null }));
  });
}

function readyUrlOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    child.on('message', (message: unknown) => {
      const url = typeof message === 'object' && message !== null && 'ready' in message ? message.ready : null;
      if (typeof url === 'string') resolve(url);
    });
  });
}

function failed(name: string): (end: ChildEnd) => never {
  return (end) => {
    throw new ChildStartError(name, end);
  };
}

async function late(name: string, ended: Promise<unknown>): Promise<never> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<void>((resolve) => (timer = setTimeout(resolve, READY_LIMIT_MS)));
  await Promise.race([limit, ended]);
  clearTimeout(timer);
  throw new ChildStartError(name, null);
}
