import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** What a process holds of the machine's memory right now. */
export async function residentBytes(pid: number): Promise<number> {
  const { stdout } = await run('ps', ['-o', 'rss=', '-p', String(pid)]);
  return Number(stdout) * 1_024;
}

const LOOK_EVERY_MS = 100;

/** Looks at a process until it is stopped, and then says the most that it held. */
export function watchResidentBytes(pid: number): { readonly stop: () => number } {
  let most = 0;
  const look = (): void => void residentBytes(pid).then((now) => (most = Math.max(most, now)));
  look();
  const looking = setInterval(look, LOOK_EVERY_MS);
  return {
    stop() {
      clearInterval(looking);
      return most;
    },
  };
}
