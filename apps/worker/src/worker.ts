import { setTimeout as pause } from 'node:timers/promises';
import {
  listenInbox,
  openCatalog,
  pendingMigrations,
  recordPolicies,
  recordSources,
  type Catalog,
  type HandedEvent,
  findConfigBytes,
  gather,
  readKnown,
} from '@strata/catalog';
import { handleEventsJob, openConsumer, openProducer, prepareQueue, type QueueConnection } from '@strata/queue';
import { openSourceRegistry, type Registry } from '@strata/registry-client';
import { StartError, type Logger, type SourceConfig } from '@strata/runtime';
import type { AppOptions } from '@strata/runtime/app';
import { openCommitter } from './committer.js';
import { openCrawler, type CrawledSource } from './crawl/crawler.js';
import { openExaminer } from './examine/examiner.js';
import { handleEvents } from './handle-events.js';
import { openLeases, type Leases } from './leases.js';
import { openMemoryBudget } from './memory-budget.js';
import { mountMetrics, openMetrics, type Metrics } from './metrics.js';
import { oneAtATime } from './one-at-a-time.js';
import type { Beside } from './read-beside.js';
import { MAX_EVENTS_PER_JOB, relayInbox } from './relay-inbox.js';
import { openSourceHealth } from './source-health.js';
import { openTeller } from './tell/teller.js';
import type { Tools } from './tools.js';
import { openReportKeeper } from './report/keep-reports.js';
import { openUpkeep } from './upkeep.js';
import { WorkerModule } from './worker.module.js';

/** What the operator decides about a worker. */
export interface WorkerOptions extends Beside {
  readonly databaseUrl: string;
  readonly poolSize: number;
  readonly queue: QueueConnection;
  readonly host: string;
  readonly port: number;
  readonly sources: readonly SourceConfig[];
  readonly concurrency: number;
  readonly registryConcurrency: number;
  readonly leaseMs: number;
  readonly logger: Logger;
}

/**
 * A process takes its first suspect after so long: one that is killed sooner, again and again, counts nothing against
 * rows that have only been in the way.
 */
const SUSPECTS_AFTER_MS = 1_500;

/** How reads of many events share their statements. */
const READS = { atOnce: 2, max: 128 } as const;

/** One source may have this share of the slots on its way, so that two slow ones still leave room for the others. */
const SHARE_PER_SOURCE = 1 / 3;

/** Jobs that are still running this long after the stop began are given back to the inbox. */
const GIVE_BACK_AFTER_MS = 8_000;

/** Connects, starts to relay and to work, and returns everything that `runApp` needs. */
export async function worker(options: WorkerOptions): Promise<AppOptions> {
  const { logger, databaseUrl } = options;
  await requireSchema(databaseUrl);
  await prepareQueue(options.queue);
  const onError = (error: Error): void => logger.warn({ err: error }, 'a connection has trouble; it mends itself');
  const catalog = openCatalog({ databaseUrl, poolSize: options.poolSize, onError });
  const registries = await openRegistries(catalog, options);
  if (options.policies !== null) await recordPolicies(catalog, options.policies, new Date());
  const stopping = new AbortController();
  const leases = openLeases(catalog, options.leaseMs, logger);
  const tools = toolsOf(catalog, registries, leases, logger, stopping.signal);
  const producer = openProducer(options.queue, handleEventsJob, onError);
  const queuedPerSource = Math.max(1, Math.floor(options.concurrency * SHARE_PER_SOURCE)) * MAX_EVENTS_PER_JOB;
  const relay = relayInbox({ catalog, producer, limits: { queuedPerSource, leaseMs: options.leaseMs }, logger });
  const listener = listenInbox(databaseUrl, () => relay.wake(), onError);
  const metrics = openMetrics(catalog);
  const crawler = openCrawler({ tools, sources: crawledSources(options), onStep: metrics.countStep });
  const beside = await openBeside(options, tools, metrics);
  const consumer = openConsumer(options.queue, handleEventsJob, {
    concurrency: options.concurrency,
    handle: ({ events }) => handleEvents(events.map(handedFrom), tools).finally(() => relay.wake()),
    onError,
  });
  return {
    name: 'worker',
    module: WorkerModule,
    host: options.host,
    port: options.port,
    logger,
    configure: (app) => mountMetrics(app.getHttpAdapter().getInstance(), metrics),
    readiness: async () => {
      await catalog.pool.query('SELECT 1');
      await producer.epoch();
      return [];
    },
    async close() {
      const giveBack = setTimeout(() => stopping.abort(), GIVE_BACK_AFTER_MS);
      const aside = Promise.all(beside.map((work) => work.close()));
      await listener.close();
      await crawler.close();
      await relay.close();
      await consumer.close();
      await aside;
      clearTimeout(giveBack);
      leases.close();
      await producer.close();
      await Promise.all([...registries.values()].map((registry) => registry.close()));
      await catalog.close();
    },
  };
}

/** Work that no event waits for; of several processes, one does it at a time. */
async function openBeside(
  { reports, webhooks }: WorkerOptions,
  tools: Tools,
  { countLot, countAttempt }: Metrics,
): Promise<readonly { close(): Promise<void> }[]> {
  const { catalog, now, logger } = tools;
  return [
    // Without being understood none is removed: those that are known stay where they are in the feed.
    ...(webhooks === null ? [] : [await openTeller(webhooks, { ...tools, onAttempt: countAttempt })]),
    openReportKeeper(catalog, reports ?? [], { now, logger }),
    openUpkeep(catalog, now, logger),
    openExaminer({ catalog, now, logger, onLot: countLot }),
  ];
}

async function requireSchema(databaseUrl: string): Promise<void> {
  const pending = await pendingMigrations(databaseUrl);
  if (pending.length > 0) throw new StartError(`the database lacks ${pending.join(', ')}: run "strata migrate" first`);
}

async function openRegistries(
  catalog: Catalog,
  { sources, registryConcurrency }: WorkerOptions,
): Promise<ReadonlyMap<string, Registry>> {
  await recordSources(
    catalog,
    sources.map(({ name, dialect, host }) => ({ name, dialect, registryHost: host })),
  );
  return new Map(sources.map((source) => [source.name, openOne(source, registryConcurrency)]));
}

function openOne(source: SourceConfig, maxInFlight: number): Registry {
  try {
    return openSourceRegistry(source, { maxInFlight });
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new StartError(`the registry of source ${source.name} cannot be read: ${error.message}`);
  }
}

/** How many manifests without a tag one crawl asks for at most. */
const MANIFESTS_PER_CRAWL = 1_000;

function crawledSources({ sources, registryConcurrency }: WorkerOptions): readonly CrawledSource[] {
  return sources.map(({ name, crawl, repositories, rate }) => ({
    source: name,
    ...crawl,
    repositories,
    concurrency: rate.concurrency ?? registryConcurrency,
    manifestBudget: MANIFESTS_PER_CRAWL,
  }));
}

function handedFrom({ event, generation }: { event: string; generation: number }): HandedEvent {
  return { id: BigInt(event), generation };
}

function toolsOf(
  catalog: Catalog,
  registries: ReadonlyMap<string, Registry>,
  leases: Leases,
  logger: Logger,
  stopping: AbortSignal,
): Tools {
  const now = (): Date => new Date();
  return {
    catalog,
    readKnown: gather((questions) => readKnown(catalog.pool, questions), READS),
    findConfig: gather((digests) => findConfigBytes(catalog.pool, digests), READS),
    committer: openCommitter({ catalog, now }),
    leases,
    memory: openMemoryBudget(),
    registryOf: (sourceName) => registries.get(sourceName) ?? null,
    health: openSourceHealth(catalog, Date.now),
    suspects: oneAtATime(pause(SUSPECTS_AFTER_MS)),
    now,
    random: Math.random,
    logger,
    stopping,
  };
}
