import { spawn } from 'node:child_process';
import type { SystemUser } from './unprivileged-user.js';

/** Runs a program to its end and returns what it printed. Throws with that text when it fails. */
export async function runProgram(
  program: string,
  parameters: readonly string[],
  options: { readonly user: SystemUser | null; readonly folder: string },
): Promise<string> {
  // The server that pg_ctl starts keeps these streams: they must not be pipes that end with this process.
  const child = spawn(program, parameters, {
    ...options.user,
    cwd: options.folder,
    env: { ...process.env, LC_ALL: 'C', LANG: 'C' },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const printed: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => printed.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => printed.push(chunk));
  const status = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', resolve);
  });
  child.stdout.destroy();
  child.stderr.destroy();
  const text = Buffer.concat(printed).toString('utf8').trim();
  if (status !== 0) throw new Error(`${program} ${parameters[0] ?? ''} ended with ${status ?? 'a signal'}: ${text}`);
  return text;
}
