import { readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { discardEmbeddedPostgres, startEmbeddedPostgres } from '../embedded/start-embedded-postgres.js';
import { findContainer } from './find-container.js';

const HOMES = resolve('.strata/test');

/** As the embedded server has them: many connections, and nothing that a power cut must not take. */
const SETTINGS = { max_connections: 200, fsync: 'off', full_page_writes: 'off', synchronous_commit: 'off' };

/** A PostgreSQL server for tests and the way to give it back. */
export interface TestServer {
  readonly url: string;
  readonly foundAs: 'url' | 'container' | 'embedded';
  stop(): Promise<void>;
}

/**
 * Finds a server in this order: `STRATA_TEST_POSTGRES_URL`, a container of `STRATA_TEST_POSTGRES_IMAGE` (see
 * `findContainer`), the embedded one. Throws where there is none of them.
 */
export async function findServer(env: Readonly<Record<string, string | undefined>>): Promise<TestServer> {
  const url = env['STRATA_TEST_POSTGRES_URL'];
  if (url !== undefined) return { url, foundAs: 'url', stop: async () => undefined };
  const container = await startContainer(env);
  if (container !== null) return container;
  await discardAbandoned();
  const home = join(HOMES, String(process.pid));
  const { url: own } = await startEmbeddedPostgres({ home, durable: false });
  return { url: own, foundAs: 'embedded', stop: () => discardEmbeddedPostgres(home) };
}

/** Servers of runs that were killed; each run has its own, named after its process, so that runs can overlap. */
async function discardAbandoned(): Promise<void> {
  for (const name of await readdir(HOMES).catch(() => [])) {
    if (!isAlive(Number(name))) await discardEmbeddedPostgres(join(HOMES, name));
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

async function startContainer(env: Readonly<Record<string, string | undefined>>): Promise<TestServer | null> {
  const found = await findContainer(env['STRATA_TEST_POSTGRES_IMAGE'] ?? 'postgres:18', env);
  if (found === null) return null;
  const { Wait } = await import('testcontainers');
  const container = await found
    .withEnvironment({ POSTGRES_PASSWORD: 'strata' })
    .withCommand(Object.entries(SETTINGS).flatMap(([name, value]) => ['-c', `${name}=${value}`]))
    .withExposedPorts(5432)
    .withWaitStrategy(Wait.forLogMessage(/database system is ready to accept connections/, 2))
    .start();
  return {
    url: `postgresql://postgres:strata@${container.getHost()}:${container.getMappedPort(5432)}/postgres`,
    foundAs: 'container',
    stop: async () => void (await container.stop()),
  };
}
