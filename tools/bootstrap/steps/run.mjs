import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { ROOT } from './paths.mjs';
import { giveUp, stopwatch, tell } from './tell.mjs';

const FORWARDED = ['SIGINT', 'SIGTERM', 'SIGHUP'];
const PROGRESS_MS = 10_000;

let interrupted = false;

/** Whether somebody asked this command to stop; what comes next need not begin. */
export function wasInterrupted() {
  return interrupted;
}

/** Starts a program that talks to the terminal itself, hands it the signals we get, and gives its exit status. */
export function runShown(program, parameters, { env = process.env, ipc = false } = {}) {
  return new Promise((resolve, reject) => {
    const stdio = ipc ? ['inherit', 'inherit', 'inherit', 'ipc'] : 'inherit';
    const child = spawn(program, parameters, { cwd: ROOT, env, stdio });
    const forward = (signal) => {
      interrupted = true;
      child.kill(signal);
    };
    for (const signal of FORWARDED) process.on(signal, forward);
    child.once('error', reject);
    child.once('exit', (status, signal) => {
      for (const name of FORWARDED) process.off(name, forward);
      resolve(status ?? 128 + constants.signals[signal]);
    });
  });
}

/** Runs a program silently; gives its exit status and everything it printed. */
export function runQuietly(program, parameters, { env = process.env, cwd = ROOT } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, parameters, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
    const printed = [];
    const forward = (signal) => child.kill(signal);
    for (const signal of FORWARDED) process.on(signal, forward);
    child.stdout.on('data', (chunk) => printed.push(chunk));
    child.stderr.on('data', (chunk) => printed.push(chunk));
    child.once('error', reject);
    child.once('close', (status, signal) => {
      for (const name of FORWARDED) process.off(name, forward);
      if (signal !== null) process.exit(128 + constants.signals[signal]);
      resolve({ status, text: Buffer.concat(printed).toString('utf8') });
    });
  });
}

/** One step of the preparation: a line when it begins, a sign of life while it runs, its output only if it fails. */
export async function step(title, program, parameters, options) {
  const seconds = stopwatch();
  tell(`${title} …`);
  const alive = setInterval(() => tell(`  still at it after ${seconds()}`), PROGRESS_MS);
  const { status, text } = await runQuietly(program, parameters, options).catch((error) =>
    giveUp(`${title} failed: ${error.message}`),
  );
  clearInterval(alive);
  if (status !== 0) giveUp(`${text.trimEnd()}\n\n${title} failed with status ${status}.`);
  tell(`${title}: ${seconds()}`);
}
