import { readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { discardEmbeddedPostgres, startEmbeddedPostgres } from '../embedded/start-embedded-postgres.js';

const HOMES = resolve('.strata/test');

/** A PostgreSQL server for tests and the way to give it back. */
export interface TestServer {
  readonly url: string;
  readonly foundAs: 'url' | 'container' | 'embedded';
  stop(): Promise<void>;
}

/**
 * Finds a server in this order: `STRATA_TEST_POSTGRES_URL`, a container where a Docker engine runs
 * (`STRATA_TEST_CONTAINERS=on`), the embedded one.
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
  if (env['STRATA_TEST_CONTAINERS'] !== 'on') return null;
  const { GenericContainer, Wait } = await import('testcontainers');
  const container = await new GenericContainer(env['STRATA_TEST_POSTGRES_IMAGE'] ?? 'postgres:18')
    .withEnvironment({ POSTGRES_PASSWORD: 'strata' })
    .withExposedPorts(5432)
    .withWaitStrategy(Wait.forLogMessage(/database system is ready to accept connections/, 2))
    .start();
  return {
    url: `postgresql://postgres:strata@${container.getHost()}:${container.getMappedPort(5432)}/postgres`,
    foundAs: 'container',
    stop: async () => void (await container.stop()),
  };
}
