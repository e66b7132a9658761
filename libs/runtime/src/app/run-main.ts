import { ConfigError } from '../config/config-error.js';
import { redactText } from '../log/redact.js';
import { StartError } from './start-error.js';

/** The status a process ends with when its configuration is wrong. */
const STATUS_MISCONFIGURED = 2;

/**
 * The frame of every main.ts: runs `start`, and turns what stops it from starting into sentences for a person
 * on standard error. Ends with 2 for a wrong configuration (every problem, one per line), else with 1.
 */
export async function runMain(name: string, start: () => Promise<unknown>): Promise<void> {
  try {
    await start();
  } catch (error) {
    process.stderr.write(`${redactText(describeFailure(name, error))}\n`);
    process.exit(error instanceof ConfigError ? STATUS_MISCONFIGURED : 1);
  }
}

/** What the operator reads when a process does not start; a bug keeps its stack, a plain reason does not. */
export function describeFailure(name: string, error: unknown): string {
  if (error instanceof ConfigError) {
    const count = error.problems.length;
    const title = `${name}: ${count} ${count === 1 ? 'problem' : 'problems'} in the configuration`;
    return [title, ...error.problems.map(({ where, message }) => `  ${where}: ${message}`)].join('\n');
  }
  if (error instanceof StartError) return `${name}: ${error.message}`;
  return `${name}: could not start\n${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
}
