import type { Environment } from '@strata/runtime';
import type { Tools } from '../command.js';

/** Tools for a command under test, and what it wrote. */
export interface RecordedTools {
  readonly tools: Tools;
  out(): string;
  err(): string;
}

/** Gives a command an environment of its own and keeps what it says. */
export function recordedTools(env: Environment = {}): RecordedTools {
  const out: string[] = [];
  const err: string[] = [];
  const tools: Tools = {
    env,
    write: (text) => out.push(text),
    writeError: (text) => err.push(text),
    isTerminal: false,
  };
  return { tools, out: () => out.join(''), err: () => err.join('') };
}
