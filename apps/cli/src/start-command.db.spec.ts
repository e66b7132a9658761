import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { freshDatabase, type FreshDatabase } from '@strata/catalog/testing';
import { LEAN_NODE_FLAGS } from '@strata/runtime';

jest.setTimeout(60_000);

const PROGRAM = 'apps/cli/dist/main.js';

let database: FreshDatabase;
let folder: string;
let config: string;
beforeAll(async () => {
  if (!existsSync(PROGRAM)) throw new Error('Build first: npm test does it.');
  database = await freshDatabase();
  folder = mkdtempSync(join(tmpdir(), 'strata-start-'));
  config = join(folder, 'strata.yaml');
  const source =
    'name: here, dialect: distribution, registry: "http://127.0.0.1:9", secrets: [s], allowPrivateNetwork: true';
  writeFileSync(config, `sources: [{ ${source} }]`);
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await database.drop();
});

let child: ChildProcess | undefined;
afterEach(async () => {
  if (child?.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGTERM');
  await once(child, 'exit');
});

function start(args: readonly string[] = [], env: Record<string, string> = {}) {
  const started = spawn('node', [PROGRAM, 'start', ...args], {
    env: {
      PATH: process.env['PATH'],
      DATABASE_URL: database.url,
      STRATA_HOME: folder,
      STRATA_CONFIG: config,
      ...{ STRATA_API_PORT: '0', STRATA_HOOK_PORT: '0', STRATA_WORKER_PORT: '0' },
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  child = started;
  let output = '';
  started.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  started.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const ended = new Promise<number | null>((resolve) => started.once('close', resolve));
  const said = async (text: string): Promise<void> => {
    while (!output.includes(text)) {
      if (started.exitCode !== null) throw new Error(`It ended without saying ${JSON.stringify(text)}:\n${output}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };
  return { started, ended, said, output: () => output };
}

/** The address that the block of addresses gives for a title. */
function addressOf(output: string, title: string): string {
  return new RegExp(`^ {2}${title} +(http\\S+)`, 'm').exec(output)?.[1] ?? '';
}

function pidOf(output: string, app: string): number {
  const line = output.split('\n').findLast((text) => text.includes(`"name":"${app}"`) && text.includes('"ready"'));
  return Number(/"pid":(\d+)/.exec(line ?? '')?.[1]);
}

/** Without these a process takes several times the memory that it needs. */
function isKeptSmall(pid: number): boolean {
  const command = execFileSync('ps', ['-o', 'args=', '-p', String(pid)], { encoding: 'utf8' });
  return LEAN_NODE_FLAGS.every((flag) => command.includes(flag));
}

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

describe('strata start', () => {
  it('runs all apps, says where they are, and stops all of them', async () => {
    const { started, ended, said, output } = start();
    await said('Strata is ready');
    expect(addressOf(output(), 'Hook')).toMatch(/\/hooks\/here$/);
    const answer = await fetch(addressOf(output(), 'GraphQL'), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"query":"{ __typename }"}',
    });
    expect(await answer.json()).toEqual({ data: { __typename: 'Query' } });
    expect((await fetch(addressOf(output(), 'Worker'))).status).toBe(200);
    const pids = ['webhook-ingest', 'worker', 'graphql-api'].map((app) => pidOf(output(), app));
    expect(pids.map(isAlive)).toEqual([true, true, true]);
    expect(pids.map(isKeptSmall)).toEqual([true, true, true]);
    started.kill('SIGTERM');
    expect(await ended).toBe(0);
    expect(pids.map(isAlive)).toEqual([false, false, false]);
  });

  it('starts a killed app again on its port, and says so', async () => {
    const { said, output } = start();
    await said('Strata is ready');
    process.kill(pidOf(output(), 'worker'), 'SIGKILL');
    await said('worker ended unexpectedly (signal SIGKILL); starting it again in 1 s');
    await said('worker runs again');
    expect(isAlive(pidOf(output(), 'worker'))).toBe(true);
  });

  it('leaves no app behind when it is killed itself', async () => {
    const { started, ended, said, output } = start();
    await said('Strata is ready');
    const pids = ['webhook-ingest', 'worker', 'graphql-api'].map((app) => pidOf(output(), app));
    started.kill('SIGKILL');
    await ended;
    while (pids.some(isAlive)) await new Promise((resolve) => setTimeout(resolve, 20));
  });

  it('prints every problem of variables and file at once, and ends with 2', async () => {
    writeFileSync(join(folder, 'bad.yaml'), 'sources:\n  - name: A\n    dialect: carrier-pigeon\n');
    const { ended, output } = start([], { STRATA_CONFIG: join(folder, 'bad.yaml'), STRATA_API_PORT: 'x' });
    expect(await ended).toBe(2);
    expect(output()).toMatch(
      /^strata: 5 problems in the configuration\n {2}STRATA_API_PORT: .*\n(?: {2}\S+bad\.yaml:\d+:\d+: .*\n){4}$/,
    );
  });

  it('ends with 2 when only an app knows what is wrong', async () => {
    const { ended, output } = start([], { STRATA_LEASE_MS: '1' });
    expect(await ended).toBe(2);
    expect(output()).toContain('STRATA_LEASE_MS');
  });

  it('says which port is taken, and leaves nothing running', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const address = other.address();
    const port = typeof address === 'object' && address !== null ? String(address.port) : '';
    const { ended, output } = start([], { STRATA_HOOK_PORT: port });
    expect(await ended).toBe(1);
    expect(output()).toContain(`webhook-ingest: port ${port} on 127.0.0.1 is in use by another process`);
    expect(isAlive(pidOf(output(), 'worker'))).toBe(false);
    other.close();
  });

  it('runs one app alone', async () => {
    const { started, ended, said, output } = start(['worker']);
    await said('worker is ready');
    expect(pidOf(output(), 'worker')).toBe(started.pid); // a supervisor watches the process that it started
    expect(isKeptSmall(pidOf(output(), 'worker'))).toBe(true);
    started.kill('SIGINT');
    expect(await ended).toBe(0);
  });
});
