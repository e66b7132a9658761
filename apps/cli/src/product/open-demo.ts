import { mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { discardEmbeddedPostgres } from '@strata/catalog/embedded';
import type { FakeRegistry } from '@strata/registry-client/testing';
import { readConfig, StartError, type Environment } from '@strata/runtime';
import { CliConfig } from '../cli-config.js';
import { startDemoRegistry, type DemoRegistry } from '../demo/start-demo-registry.js';
import type { AppName } from './app-entries.js';
import { bringUp, type Running } from './bring-up.js';
import { portOrFree } from './port-or-free.js';

/** The product and a registry for it, in a folder of their own. */
export interface Demo extends Running {
  readonly registry: FakeRegistry;
  readonly hookSecret: string;
  /** Where the apps write what `npm start` would show. */
  readonly logFolder: string;
}

/** What opening a demonstration needs. */
export interface DemoOptions {
  readonly env: Environment;
  readonly say: (text: string) => void;
  /** Whether the database of an earlier demonstration may stay. */
  readonly keep: boolean;
  readonly signal: AbortSignal;
}

const REGISTRY_PORT = 5000;
const READY_LIMIT_MS = 20_000;

/**
 * Starts registry and product under `<STRATA_HOME>/demo`, on the usual ports or on free ones. It never touches the
 * database that the environment names. Throws as `bringUp` does; nothing stays open then.
 */
export async function openDemo({ env, say, keep, signal }: DemoOptions): Promise<Demo> {
  const home = join(readConfig(CliConfig, { STRATA_HOME: env['STRATA_HOME'] }).STRATA_HOME, 'demo');
  refuseTwice(home);
  if (!keep) await discardEmbeddedPostgres(home);
  const logFolder = join(home, 'logs');
  mkdirSync(logFolder, { recursive: true });
  writeFileSync(join(home, 'demo.pid'), String(process.pid));

  const demoRegistry = await startDemoRegistry(await portOrFree(REGISTRY_PORT));
  const { registry, hookSecret } = demoRegistry;
  try {
    const demoEnv = await environmentOf(env, home, demoRegistry);
    const config = readConfig(CliConfig, demoEnv);
    const outputOf = (name: AppName): number => openSync(join(logFolder, `${name}.log`), 'w');
    say('Starting Postgres, the three apps and a registry …');
    const running = await bringUp({ config, env: demoEnv, say, signal, outputOf });
    for (const problem of await running.problems(READY_LIMIT_MS)) say(`Not ready: ${problem}`);
    const stop = async (): Promise<void> => {
      await running.stop();
      await registry.close();
    };
    return { ...running, registry, hookSecret, logFolder, stop };
  } catch (error) {
    await registry.close();
    throw error;
  }
}

async function environmentOf(env: Environment, home: string, { source }: DemoRegistry): Promise<Environment> {
  const file = join(home, 'strata.yaml');
  writeFileSync(file, JSON.stringify({ sources: [source] }, null, 2), { mode: 0o600 }); // JSON is YAML
  const wanted = readConfig(CliConfig, { ...env, DATABASE_URL: undefined, REDIS_URL: undefined });
  const { STRATA_BIND: host } = wanted;
  return {
    ...env,
    DATABASE_URL: undefined,
    REDIS_URL: undefined,
    STRATA_HOME: home,
    STRATA_CONFIG: file,
    STRATA_API_PORT: String(await portOrFree(wanted.STRATA_API_PORT, host)),
    STRATA_HOOK_PORT: String(await portOrFree(wanted.STRATA_HOOK_PORT, host)),
    STRATA_WORKER_PORT: String(await portOrFree(wanted.STRATA_WORKER_PORT, host)),
  };
}

/** Two demonstrations in one folder would pull the database from under each other. */
function refuseTwice(home: string): void {
  const file = join(home, 'demo.pid');
  let pid: number;
  try {
    pid = Number(readFileSync(file, 'utf8'));
    process.kill(pid, 0);
  } catch {
    return; // never started, or ended since
  }
  if (pid !== process.pid)
    throw new StartError(`a demonstration is running already (process ${pid}); if not, delete ${file}`);
}
