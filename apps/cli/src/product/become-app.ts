import { pathToFileURL } from 'node:url';
import { LEAN_ENVIRONMENT, LEAN_NODE_FLAGS, type Environment } from '@strata/runtime';

/**
 * Makes this process one app: a supervisor goes on watching the process that it started. It begins anew with the flags
 * that keep it small, unless a parent holds it by a channel, which would be lost, or the system knows no `execve`.
 */
export async function becomeApp(entry: string, env: Environment): Promise<void> {
  if (process.execve !== undefined && process.platform !== 'win32' && !process.connected) {
    const flags = [...LEAN_NODE_FLAGS, ...process.execArgv];
    process.execve(process.execPath, [process.execPath, ...flags, entry], { ...LEAN_ENVIRONMENT, ...env });
  }
  await import(pathToFileURL(entry).href); // its main.ts
}
