import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeAll, describe, expect, it } from '@jest/globals';

/** A program on the compiled library: signals and exit statuses can only be seen from outside. */
function program(body: string): string {
  return `
    import { createLogger, loadConfig, readConfig, RuntimeConfig, runMain, StartError } from '@strata/runtime';
    import { runApp } from '@strata/runtime/app';
    const logger = createLogger({ name: 'app', level: 'info' });
    const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
    const app = (more) => runApp({ name: 'app', module: class {}, host: '127.0.0.1', port: 0, logger,
      readiness: async () => [], close: async () => console.log('closed'), ...more });
    await runMain('app', async () => { ${body} });`;
}

let child: ChildProcess | undefined;
afterEach(() => {
  child?.kill('SIGKILL');
});

function textOf(stream: Readable | null): Promise<string> {
  return stream === null ? Promise.resolve('') : text(stream);
}

function run(body: string, env: Record<string, string> = {}) {
  const started = spawn('node', ['--input-type=module', '-e', program(body)], {
    cwd: join(process.cwd(), 'libs/runtime'),
    env: { PATH: process.env['PATH'], ...env },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  child = started;
  const output = Promise.all([textOf(started.stdout), textOf(started.stderr)]);
  const end = async () => {
    const [status, signal] = (await once(started, 'exit')) as [number | null, string | null]; // node's 'exit' event
    const [out, err] = await output;
    return { status, signal, out, err };
  };
  return { started, ready: once(started, 'message'), end: end() };
}

describe('a process', () => {
  beforeAll(() => {
    if (!existsSync('libs/runtime/dist/index.js')) throw new Error('Build first: npm test does it.');
  });

  it('tells its parent and its log where it listens', async () => {
    const { started, ready, end } = run('await app()');
    const [message] = (await ready) as [{ ready: string }]; // what runApp sends
    expect((await fetch(`${message.ready}/healthz`)).status).toBe(200);
    started.kill('SIGTERM');
    const { out } = await end;
    expect(out.split('\n').map((line) => (line.startsWith('{') ? (JSON.parse(line) as object) : {}))).toContainEqual(
      expect.objectContaining({ ready: message.ready }),
    );
  });

  it.each(['SIGTERM', 'SIGINT'] as const)('stops with 0 on %s, after letting go of everything', async (signal) => {
    const { started, ready, end } = run('await app()');
    await ready;
    started.kill(signal);
    expect(await end).toMatchObject({ status: 0, out: expect.stringContaining('closed') });
  });

  it('stops when its parent is gone', async () => {
    const { started, ready, end } = run('await app()');
    await ready;
    started.disconnect();
    expect(await end).toMatchObject({ status: 0, out: expect.stringContaining('closed') });
  });

  it('takes a Ctrl-C that arrives twice for one', async () => {
    const { started, ready, end } = run(
      "await app({ close: async () => { await sleep(300); console.log('closed'); } })",
    );
    await ready;
    started.kill('SIGINT');
    started.kill('SIGTERM');
    expect(await end).toMatchObject({ status: 0, out: expect.stringContaining('closed') });
  });

  it('ends at once on a second signal from somebody impatient', async () => {
    const { started, ready, end } = run('await app({ close: () => sleep(60_000) })');
    await ready;
    started.kill('SIGTERM');
    setTimeout(() => started.kill('SIGTERM'), 1_200);
    expect(await end).toMatchObject({ status: 1 });
  });

  it('ends with 1 on a promise that nobody handles', async () => {
    const { end } = run("await app(); Promise.reject(new Error('forgotten'));");
    expect(await end).toMatchObject({ status: 1, out: expect.stringContaining('forgotten') });
  });

  it('prints every problem of its configuration and ends with 2', async () => {
    const { end } = run('readConfig(RuntimeConfig, process.env)', { LOG_LEVEL: 'loud', STRATA_BIND: 'here' });
    const { status, err } = await end;
    expect(status).toBe(2);
    expect(err).toMatch(/^app: 2 problems in the configuration\n {2}STRATA_BIND: .*\n {2}LOG_LEVEL: .*\n$/);
  });

  it('says in one sentence why it could not start, and ends with 1', async () => {
    const { end } = run("throw new StartError('port 1 is in use')");
    expect(await end).toMatchObject({ status: 1, err: 'app: port 1 is in use\n' });
  });
});
