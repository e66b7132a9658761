import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Authentication, DialectName } from '@strata/registry-events';
import { LEAN_ENVIRONMENT, LEAN_NODE_FLAGS } from '@strata/runtime';
import { freePort } from './free-port.js';
import { startProgram, type Program } from './start-program.js';
import { until } from './until.js';

/** The processes of the product, as an operator would start them one by one. */
export type AppName = 'webhook-ingest' | 'worker' | 'graphql-api';

/** The whole product on one database, each app a process of its own. */
export interface Product {
  readonly hookUrl: (source: string) => string;
  readonly graphqlUrl: string;
  /** The process of an app that was started, to see what it takes of the machine. */
  readonly pidOf: (name: AppName) => number;
  /** Ends one app, hard by default, and starts it again on the same port. */
  restart(name: AppName, signal?: NodeJS.Signals): Promise<void>;
  /** Ends one app; `restart` brings it back. */
  end(name: AppName, signal?: NodeJS.Signals): Promise<void>;
  /** The apps that still run; one that ended by itself has a bug. */
  survivors(): readonly AppName[];
  /** What the apps have printed, for the message of a failure. */
  output(): string;
  stop(): Promise<void>;
}

/** One entry of `sources:` in strata.yaml. */
export interface Source {
  readonly name: string;
  readonly registryUrl: string;
  readonly secret: string;
  /** Default: Distribution. */
  readonly dialect?: DialectName;
  /** Default: what is usual for the dialect, with `secret`. */
  readonly authentication?: Authentication;
  /** Default: the host of `registryUrl`. */
  readonly host?: string;
  /** Default: none, so that nothing can be pushed there. */
  readonly writeCredentials?: { readonly username: string; readonly password: string };
  /** When it is crawled, as in strata.yaml. Default: never by itself, so that a story shows what events alone do. */
  readonly crawl?: Readonly<Record<'full' | 'sample' | 'dirty', string>>;
}

const NO_CRAWL = { full: 'off', sample: 'off', dirty: 'off' };

/** What the product is started with. */
export interface ProductOptions {
  readonly databaseUrl: string;
  readonly redisUrl?: string;
  /** Default: all of them. */
  readonly apps?: readonly AppName[];
  readonly sources: (ports: Ports) => Promise<readonly Source[]> | readonly Source[];
  /** Other sections of strata.yaml, such as `policies`. */
  readonly sections?: Readonly<Record<string, readonly object[]>>;
  /** Short, so that what a killed worker held comes back soon. */
  readonly leaseMs?: number;
  readonly env?: Readonly<Record<string, string>>;
}

/** Chosen before the apps start, because a registry must know its hook and the product its registry. */
export interface Ports {
  readonly hook: number;
  readonly worker: number;
  readonly api: number;
}

const ALL: readonly AppName[] = ['webhook-ingest', 'worker', 'graphql-api'];

const ROOT = fileURLToPath(new URL('../../../../', import.meta.url));

/** Starts the product from its build and waits until each app can do its work. */
export async function startProduct(options: ProductOptions): Promise<Product> {
  const ports = { hook: await freePort(), worker: await freePort(), api: await freePort() };
  const folder = await mkdtemp(join(tmpdir(), 'strata-journey-'));
  const config = join(folder, 'strata.yaml');
  await writeFile(
    config,
    JSON.stringify({ ...options.sections, sources: (await options.sources(ports)).map(sourceEntry) }),
  );
  const env = environmentOf(options, ports, config);
  const programs = new Map<AppName, Program>();
  const start = async (name: AppName): Promise<void> => {
    programs.set(name, await startApp(name, env, portOf(ports, name)));
  };
  await Promise.all((options.apps ?? ALL).map(start));
  const program = (name: AppName): Program => existing(programs.get(name));
  return {
    hookUrl: (source) => hookUrlOf(ports, source),
    graphqlUrl: `http://127.0.0.1:${ports.api}/graphql`,
    pidOf: (name) => program(name).pid,
    survivors: () => [...programs].filter(([, running]) => running.isRunning()).map(([name]) => name),
    output: () => [...programs].map(([name, running]) => `${name}:\n${running.output()}`).join('\n'),
    end: (name, signal = 'SIGTERM') => program(name).end(signal),
    async restart(name, signal = 'SIGKILL') {
      await program(name).end(signal);
      await start(name);
    },
    async stop() {
      await Promise.all([...programs.values()].map((running) => running.end()));
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** The address that a registry is given for its notifications. */
export function hookUrlOf(ports: Ports, source: string): string {
  return `http://127.0.0.1:${ports.hook}/hooks/${source}`;
}

function sourceEntry({ registryUrl, secret, crawl = NO_CRAWL, dialect = 'distribution', ...said }: Source) {
  const secrets = said.authentication?.scheme === 'oidc' ? undefined : [secret];
  return { ...said, dialect, registry: registryUrl, secrets, allowPrivateNetwork: true, crawl };
}

function environmentOf(options: ProductOptions, ports: Ports, config: string): Readonly<Record<string, string>> {
  return {
    DATABASE_URL: options.databaseUrl,
    ...(options.redisUrl === undefined ? {} : { REDIS_URL: options.redisUrl }),
    STRATA_CONFIG: config,
    STRATA_HOOK_PORT: String(ports.hook),
    STRATA_WORKER_PORT: String(ports.worker),
    STRATA_API_PORT: String(ports.api),
    STRATA_LEASE_MS: String(options.leaseMs ?? 5_000),
    LOG_LEVEL: 'warn',
    NODE_ENV: 'production',
    ...options.env,
  };
}

async function startApp(name: AppName, env: Readonly<Record<string, string>>, port: number): Promise<Program> {
  const entry = join(ROOT, 'apps', name, 'dist', 'main.js');
  const program = await startProgram(process.execPath, [...LEAN_NODE_FLAGS, entry], {
    env: { ...LEAN_ENVIRONMENT, ...env },
    ipc: true,
  });
  await program.message();
  await until(`${name} is ready\n${program.output()}`, async () => {
    const answer = await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => null);
    return answer?.ok === true ? true : null;
  });
  return program;
}

function portOf(ports: Ports, name: AppName): number {
  switch (name) {
    case 'webhook-ingest':
      return ports.hook;
    case 'worker':
      return ports.worker;
    case 'graphql-api':
      return ports.api;
  }
}

function existing<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('it was never started');
  return value;
}
