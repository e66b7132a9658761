import { freshDatabase, type FreshDatabase } from '@strata/catalog/testing';
import { createLogger } from '@strata/runtime';
import { startApp, type RunningApp } from '@strata/runtime/app';
import type { ConfiguredSource } from '../hook-source.js';
import { webhookIngest } from '../webhook-ingest.js';

/** The secret that the source `local` of `startHook` accepts. */
export const SECRET = 'correct-horse';

/** The secret of the source `other`. */
export const OTHER_SECRET = 'battery-staple';

/** The real hook on a port of its own, in front of a real database. */
export interface RunningHook extends RunningApp {
  readonly database: FreshDatabase;
  /** POSTs to the source `local` with its secret, unless `headers` say otherwise. */
  post(body: NonNullable<RequestInit['body']>, headers?: Readonly<Record<string, string>>): Promise<Response>;
  rows(columns: string): Promise<readonly Record<string, unknown>[]>;
  forget(): Promise<void>;
  end(): Promise<void>;
}

/** A configured source at `/hooks/<name>`, with `SECRET` unless another is given. */
export function aSource(changes: Partial<ConfiguredSource> = {}): ConfiguredSource {
  return {
    name: 'local',
    dialect: 'distribution',
    registry: new URL('http://registry.example'),
    host: 'registry.example',
    authentication: { scheme: 'bearer' },
    secrets: [SECRET, `${SECRET}-next`],
    credentials: null,
    writeCredentials: null,
    tls: { insecure: false, ca: null, cert: null, key: null },
    rate: { requestsPerSecond: null, burst: null, concurrency: null },
    allowPrivateNetwork: false,
    allowedRealms: [],
    repositories: [],
    crawl: { fullEveryMs: null, sampleEveryMs: null, dirtyEveryMs: null },
    ...changes,
  };
}

/**
 * Starts the app as `main.ts` does, without the process around it. `databaseUrl` puts something between it and the
 * database; `sources` are there besides `local` and `other`.
 */
export async function startHook(
  options: {
    readonly databaseUrl?: (url: string) => string;
    readonly sources?: readonly ConfiguredSource[];
  } = {},
): Promise<RunningHook> {
  const database = await freshDatabase();
  const other = aSource({ name: 'other', secrets: [OTHER_SECRET, `${OTHER_SECRET}-next`] });
  const running = await startApp(
    webhookIngest({
      databaseUrl: options.databaseUrl?.(database.url) ?? database.url,
      poolSize: 5,
      host: '127.0.0.1',
      port: 0,
      sources: [aSource(), other, ...(options.sources ?? [])],
      logger: createLogger({ name: 'test', level: 'silent' }),
    }),
  );
  return {
    ...running,
    database,
    post: (body, headers = {}) =>
      fetch(`${running.url}/hooks/local`, {
        method: 'POST',
        body,
        redirect: 'manual',
        headers: { authorization: `Bearer ${SECRET}`, ...headers },
      }),
    rows: async (columns) =>
      (await database.catalog.pool.query<Record<string, unknown>>(`SELECT ${columns} FROM inbox ORDER BY id`)).rows,
    forget: async () => void (await database.catalog.pool.query('TRUNCATE inbox')),
    async end() {
      await running.stop();
      await database.drop();
    },
  };
}
