import type { Environment } from '@strata/runtime';
import { appNames, entryOf, type AppName } from './app-entries.js';
import { keepRunning, type Kept } from './keep-running.js';
import { startChild } from './start-child.js';

/** The three apps, running as processes. */
export interface Product {
  readonly urls: Readonly<Record<AppName, string>>;
  /** Stops all of them, at once, within `CHILD_STOP_LIMIT_MS`. */
  stop(): Promise<void>;
}

/** After this a process is ended hard, so that the database can still be stopped in order within 15 s. */
export const CHILD_STOP_LIMIT_MS = 11_000;

/**
 * Starts all apps side by side and waits until each listens. When one cannot start, the others are stopped and its
 * `ChildStartError` is thrown. From then on each is kept running.
 */
export async function startProduct(options: {
  readonly env: Environment;
  readonly say: (text: string) => void;
  readonly signal: AbortSignal;
  readonly outputOf?: (name: AppName) => 'inherit' | number;
}): Promise<Product> {
  const { env, say, signal, outputOf = () => 'inherit' as const } = options;
  const keep = async (name: AppName): Promise<readonly [AppName, Kept]> => {
    const start = (until: AbortSignal) =>
      startChild({ name, entry: entryOf(name), env, output: outputOf(name), signal: until });
    return [name, await keepRunning({ name, say, start, signal })];
  };
  const results = await Promise.allSettled(appNames.map(keep));
  const running = new Map(results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : [])));
  const stop = async (): Promise<void> => {
    await Promise.all([...running.values()].map((kept) => kept.stop(CHILD_STOP_LIMIT_MS)));
  };
  const failure = results.find((result) => result.status === 'rejected');
  if (failure !== undefined) {
    await stop();
    throw failure.reason;
  }
  const urlOf = (name: AppName): string => running.get(name)?.url ?? '';
  const urls = {
    'webhook-ingest': urlOf('webhook-ingest'),
    worker: urlOf('worker'),
    'graphql-api': urlOf('graphql-api'),
  };
  return { urls, stop };
}
