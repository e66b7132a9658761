import type { Environment } from '@strata/runtime';

/** What a command may use of the process it runs in. */
export interface Tools {
  readonly env: Environment;
  /** Standard output. */
  readonly write: (text: string) => void;
  /** Standard error. */
  readonly writeError: (text: string) => void;
  /** Whether a person is looking, so that a line may be drawn over. */
  readonly isTerminal: boolean;
}

/** One verb of `strata`. */
export interface Command {
  /** One line for the list of commands. */
  readonly summary: string;
  /** What `strata <command> --help` prints below the summary. */
  readonly usage: string;
  /** Returns the exit status. Throws `UsageError`, `ConfigError` or `StartError` for what a person can put right. */
  readonly run: (args: readonly string[], tools: Tools) => Promise<number>;
}

/** Says that a command was called in a way that it does not understand. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
