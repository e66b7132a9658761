import type { Catalog } from '@strata/catalog';
import { createLogger, type SourceConfig } from '@strata/runtime';
import { startApp, type RunningApp } from '@strata/runtime/app';
import type { GraphQLFormattedError } from 'graphql';
import { apiOptions } from '../api.js';
import type { AnonymousAccess } from '../caller/caller.js';
import type { ExportLimits } from '../export/export-route.js';
import { rememberedQuestions } from '../persisted/persisted-questions.js';

/** What came back for a question. */
export interface Answer {
  readonly status: number;
  readonly data: unknown;
  readonly errors: readonly GraphQLFormattedError[];
  /** The codes of the errors. */
  readonly codes: readonly unknown[];
}

/** A running API, and the way to ask it. */
export interface TestApi extends RunningApp {
  ask(query: string, variables?: Readonly<Record<string, unknown>>): Promise<Answer>;
  post(body: string, headers?: Readonly<Record<string, string>>): Promise<Answer>;
  /** The lines of the log so far. */
  readonly log: readonly string[];
}

/**
 * Starts the real app on a free port. The catalog stays the test's own: stopping does not close it. Everybody may operate
 * unless the test says otherwise.
 */
export async function startApi(
  catalog: Catalog,
  persisted = rememberedQuestions(),
  exportLimits?: ExportLimits,
  more: {
    readonly writes?: Catalog;
    readonly anonymous?: AnonymousAccess;
    readonly sources?: readonly SourceConfig[];
  } = {},
): Promise<TestApi> {
  const log: string[] = [];
  const destination = { write: (line: string) => void log.push(line) };
  const logger = createLogger({ name: 'test', level: 'info', destination });
  const kept = (each: Catalog): Catalog => ({ ...each, close: () => Promise.resolve() });
  const running = await startApp(
    apiOptions({
      host: '127.0.0.1',
      port: 0,
      catalog: kept(catalog),
      writes: kept(more.writes ?? catalog),
      sources: more.sources ?? [],
      anonymous: more.anonymous ?? 'operate',
      persisted,
      logger,
      ...(exportLimits && { exportLimits }),
    }),
  );
  const post: TestApi['post'] = async (body, headers = { 'content-type': 'application/json' }) => {
    const response = await fetch(`${running.url}/graphql`, { method: 'POST', headers, body });
    const { data, errors = [] } = (await response.json()) as {
      data: unknown;
      errors?: readonly GraphQLFormattedError[];
    };
    return { status: response.status, data, errors, codes: errors.map(({ extensions }) => extensions?.['code']) };
  };
  const ask: TestApi['ask'] = (query, variables) => post(JSON.stringify({ query, variables }));
  return { ...running, ask, post, log };
}
