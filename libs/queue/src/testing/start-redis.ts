import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { findContainer } from './find-container.js';

const MISSING = 'No Redis for this test: no STRATA_TEST_REDIS_URL, no Docker engine with its image, no redis-server';
const DURABLE = ['--save', '', '--appendonly', 'yes'];

/** A Redis of one's own. */
export interface TestRedis {
  readonly url: string;
  /** FLUSHALL. */
  erase(): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Finds a Redis in this order: `STRATA_TEST_REDIS_URL`, a container of `STRATA_TEST_REDIS_IMAGE` (see
 * `findContainer`), the program `redis-server`. Throws where there is none of them.
 */
export async function startRedis(env: Readonly<Record<string, string | undefined>>): Promise<TestRedis> {
  const url = env['STRATA_TEST_REDIS_URL'];
  if (url !== undefined) return { url, erase: () => erase(url), stop: async () => undefined };
  return (await startContainer(env)) ?? startProgram();
}

async function startContainer(env: Readonly<Record<string, string | undefined>>): Promise<TestRedis | null> {
  const found = await findContainer(env['STRATA_TEST_REDIS_IMAGE'] ?? 'redis:8', env);
  if (found === null) return null;
  const container = await found.withExposedPorts(6379).withCommand(DURABLE).start();
  const url = `redis://${container.getHost()}:${container.getMappedPort(6379)}`;
  return { url, erase: () => erase(url), stop: async () => void (await container.stop()) };
}

async function startProgram(): Promise<TestRedis> {
  const folder = await mkdtemp(join(tmpdir(), 'strata-redis-'));
  const port = await freePort();
  const parameters = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, ...DURABLE];
  const server = spawn('redis-server', parameters, { stdio: 'ignore' });
  await once(server, 'spawn').catch(async (cause: unknown) => {
    await rm(folder, { recursive: true, force: true });
    throw new Error(MISSING, { cause });
  });
  const url = `redis://127.0.0.1:${port}`;
  await answering(url);
  return {
    url,
    erase: () => erase(url),
    async stop() {
      const ended = new Promise((resolve) => server.once('exit', resolve));
      server.kill('SIGTERM');
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function answering(url: string): Promise<void> {
  const client = new Redis(url, { maxRetriesPerRequest: null, retryStrategy: () => 20 });
  client.on('error', () => undefined); // not up yet
  await client.ping();
  client.disconnect();
}

async function erase(url: string): Promise<void> {
  const client = new Redis(url);
  await client.flushall();
  client.disconnect();
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo; // a TCP server that listens has one
  await new Promise((resolve) => server.close(resolve));
  return port;
}
