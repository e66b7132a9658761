import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';

/** A process of this test, and nobody else's. */
export interface Program {
  readonly pid: number;
  /** What it printed so far, for the message of a failure. */
  output(): string;
  isRunning(): boolean;
  /** Sends a signal and waits for the end. */
  end(signal?: NodeJS.Signals): Promise<void>;
  /** Resolves with the first message it sends over IPC; rejects when it ends before. */
  message(): Promise<unknown>;
}

const KEPT_OUTPUT = 20_000;

/** Starts a program. Throws when it cannot be found. */
export async function startProgram(
  command: string,
  parameters: readonly string[],
  options: { readonly env?: Readonly<Record<string, string>>; readonly folder?: string; readonly ipc?: boolean } = {},
): Promise<Program> {
  const child = spawn(command, parameters, {
    env: { ...process.env, ...options.env },
    cwd: options.folder,
    stdio: ['ignore', 'pipe', 'pipe', ...(options.ipc === true ? (['ipc'] as const) : [])],
  });
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk: Buffer) => (printed = (printed + chunk.toString('utf8')).slice(-KEPT_OUTPUT)));
  }
  const first = child.once.bind(child);
  const messages = new Promise<unknown>((resolve) => first('message', resolve));
  await once(child, 'spawn').catch((cause: unknown) => {
    throw new Error(`${command} could not be started: is it installed?`, { cause });
  });
  return programOf(child, command, messages, () => printed);
}

function programOf(child: ChildProcess, command: string, messages: Promise<unknown>, output: () => string): Program {
  const isRunning = (): boolean => child.exitCode === null && child.signalCode === null;
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  return {
    pid: child.pid ?? 0,
    output,
    isRunning,
    async end(signal = 'SIGTERM') {
      if (isRunning()) child.kill(signal);
      await ended;
    },
    message: () =>
      Promise.race([
        messages,
        ended.then(() => {
          throw new Error(`${command} ended before it was ready:\n${output()}`);
        }),
      ]),
  };
}
