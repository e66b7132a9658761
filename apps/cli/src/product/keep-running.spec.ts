import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { backOffMs, keepRunning, type Kept } from './keep-running.js';
import { startChild } from './start-child.js';

const READY = "process.send({ ready: 'http://127.0.0.1:' + process.pid });";
const STAY = 'setInterval(() => {}, 1000);';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'strata-keep-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

let kept: Kept | undefined;
afterEach(async () => {
  await kept?.stop(1_000);
  kept = undefined;
});

/** Keeps one process running whose program is `body`; what was said about it is collected. */
async function keep(body: string, signal = new AbortController().signal) {
  const said: string[] = [];
  const entry = join(folder, `${said.length}-${body.length}.mjs`);
  writeFileSync(entry, body);
  let starts = 0;
  const start = (until: AbortSignal) => {
    starts += 1;
    return startChild({ name: 'worker', entry, env: { COUNT: String(starts) }, output: 'inherit', signal: until });
  };
  kept = await keepRunning({ name: 'worker', say: (text) => said.push(text), start, signal, delayMs: () => 10 });
  return { kept, said, starts: () => starts };
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 10));
}

describe('a process that is kept running', () => {
  it('is ready when it says so', async () => {
    expect((await keep(`${READY}${STAY}`)).kept.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  });

  it('is started again when it is killed, and that is said', async () => {
    const { kept, said } = await keep(`${READY}${STAY}`);
    process.kill(Number(kept.url.split(':').at(-1)), 'SIGKILL');
    await until(() => said.length === 2);
    expect(said).toEqual([
      'worker ended unexpectedly (signal SIGKILL); starting it again in 0.01 s',
      'worker runs again',
    ]);
  });

  it('is tried again when a restart fails too', async () => {
    const { said } = await keep(`if (process.env.COUNT === '2') process.exit(3); ${READY}
      if (process.env.COUNT === '1') setTimeout(() => process.exit(1), 20); else ${STAY}`);
    await until(() => said.includes('worker runs again'));
    expect(said).toEqual([
      'worker ended unexpectedly (status 1); starting it again in 0.01 s',
      'worker ended unexpectedly (status 3); starting it again in 0.01 s',
      'worker runs again',
    ]);
  });

  it('stays down once it was stopped', async () => {
    const { kept, said, starts } = await keep(`${READY}${STAY}`);
    await kept.stop(1_000);
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect([said, starts()]).toEqual([[], 1]);
  });

  it('is ended hard when it does not listen', async () => {
    const { kept } = await keep(`process.on('SIGTERM', () => {}); ${READY}${STAY}`);
    await kept.stop(50);
    expect(() => process.kill(Number(kept.url.split(':').at(-1)), 0)).toThrow('ESRCH');
  });

  it('is a failure of the start when it never gets ready', async () => {
    await expect(keep('process.exit(2)')).rejects.toMatchObject({
      message: 'worker could not start (status 2)',
      end: { status: 2 },
    });
  });

  it('gives up a start that nobody waits for any more', async () => {
    const stopping = new AbortController();
    const starting = keep(STAY, stopping.signal);
    setTimeout(() => stopping.abort(), 200);
    await expect(starting).rejects.toThrow('worker could not start (signal SIGTERM)');
  });

  it('is started again ever more slowly', () => {
    expect([1, 2, 3, 4, 5, 6, 7, 100].map(backOffMs)).toEqual([1e3, 2e3, 4e3, 8e3, 16e3, 30e3, 30e3, 30e3]);
  });
});
