import { setTimeout as sleep } from 'node:timers/promises';
import {
  StaleCrawlError,
  claimCrawl,
  driftPerMille,
  isTransientDatabaseError,
  noteCrawlTrouble,
  readPauseMs,
  releaseCrawl,
  renewCrawl,
  scheduleCrawls,
  type CrawlSchedule,
  type HeldCrawl,
} from '@strata/catalog';
import type { Registry, RegistryError } from '@strata/registry-client';
import type { Tools } from '../tools.js';
import { openPatience } from './ask-patiently.js';
import type { CrawlSettings, Tally, Walk } from './crawl-tools.js';
import { describeCrawl, endCrawl, walkCrawl, type CrawlEnd } from './walk-crawl.js';

/** One source, as far as its crawls are concerned. */
export type CrawledSource = CrawlSchedule & CrawlSettings;

/** What the crawls of a process need. */
export interface CrawlerOptions {
  readonly tools: Tools;
  readonly sources: readonly CrawledSource[];
  /** Hears of every step, for the metrics. */
  readonly onStep: (source: string, step: Tally) => void;
}

/** The loop that begins crawls when they are due and walks those that nobody walks. */
export interface Crawler {
  /** Lets go of the crawls under way; another worker, or this one when it is back, goes on with them. */
  close(): Promise<void>;
}

/** Looks at least this often. */
const TICK_MS = 500;

/** Starts the loop. */
export function openCrawler(options: CrawlerOptions): Crawler {
  const closing = new AbortController();
  const stopping = AbortSignal.any([closing.signal, options.tools.stopping]);
  const tools: Tools = { ...options.tools, stopping };
  const walks = new Map<string, Promise<void>>();
  const round = async (): Promise<void> => {
    const now = tools.now();
    await scheduleCrawls(tools.catalog, options.sources, { now, random: tools.random });
    for (;;) {
      const idle = options.sources.map(({ source }) => source).filter((source) => !walks.has(source));
      const held = await claimCrawl(tools.catalog, { sources: idle, leaseMs: tools.leases.leaseMs, now });
      if (held === null) return;
      walks.set(
        held.source,
        walkOne(held, options, tools).finally(() => walks.delete(held.source)),
      );
    }
  };
  const loop = async (): Promise<void> => {
    while (!stopping.aborted) {
      await round().catch((error: unknown) => tools.logger.warn({ err: error }, 'crawls were not looked after'));
      await sleep(TICK_MS, undefined, { signal: stopping }).catch(() => undefined);
    }
  };
  const ended = options.sources.length === 0 ? Promise.resolve() : loop();
  return {
    async close() {
      closing.abort(new Error('the worker stops'));
      await ended;
      await Promise.all(walks.values());
    },
  };
}

/** Walks one crawl that this process holds, and ends it, or lets go of it. Never throws. */
export async function walkOne(held: HeldCrawl, options: CrawlerOptions, shared: Tools): Promise<void> {
  const { logger } = shared;
  const lost = new AbortController();
  const tools: Tools = { ...shared, stopping: AbortSignal.any([shared.stopping, lost.signal]) };
  const settings = options.sources.find(({ source }) => source === held.source);
  const registry = tools.registryOf(held.source);
  if (settings === undefined || registry === null) throw new Error(`source ${held.source} is not one of ours`);
  const renewal = setInterval(() => {
    renewCrawl(tools.catalog.pool, held, tools.leases.leaseMs).catch((error: unknown) => {
      if (error instanceof StaleCrawlError) lost.abort(error);
    });
  }, tools.leases.leaseMs / 4);
  const walk = openWalk(held, settings, registry, tools, options.onStep);
  logger.info(describeCrawl(held), held.cursor === null ? 'a crawl begins' : 'a crawl goes on');
  try {
    const end = await walkCrawl(walk);
    await endCrawl(walk, end);
    tell(walk, end);
  } catch (error) {
    await letGo(walk, error).catch((err: unknown) => logger.warn({ err }, 'a crawl was left to its lease'));
  } finally {
    clearInterval(renewal);
  }
}

function openWalk(
  crawl: HeldCrawl,
  settings: CrawlSettings,
  registry: Registry,
  tools: Tools,
  onStep: CrawlerOptions['onStep'],
): Walk {
  let tally: Tally = { seen: crawl.seen, repaired: crawl.repaired, removed: crawl.removed };
  const ask = openPatience({
    registry,
    random: tools.random,
    signal: tools.stopping,
    pausedForMs: () => readPauseMs(tools.catalog, crawl.sourceId),
    onTrouble: (error) => tellTrouble(crawl, error, tools),
  });
  return {
    ...settings,
    ...{ crawl, tools, registry, ask },
    tally: () => tally,
    count(step) {
      tally = {
        seen: tally.seen + step.seen,
        repaired: tally.repaired + step.repaired,
        removed: tally.removed + step.removed,
      };
      onStep(crawl.source, step);
      if (step.seen > 0) void tools.health.good(crawl.sourceId).catch(() => undefined); // told again with the next step
    },
  };
}

/** What an event's trouble with the registry tells everybody, a crawl's does as well. */
async function tellTrouble(crawl: HeldCrawl, error: RegistryError, tools: Tools): Promise<void> {
  const { code, status, retryAfterMs, message } = error;
  tools.logger.warn({ ...describeCrawl(crawl), code, status }, `a crawl waits: ${message}`);
  await noteCrawlTrouble(tools.catalog.pool, crawl, message);
  const trouble = { reason: message, askedMs: retryAfterMs };
  if (code === 'unauthorized') await tools.health.bad(crawl.sourceId, { ...trouble, state: 'unauthorized' });
  else if (code === 'rate-limited') await tools.health.bad(crawl.sourceId, { ...trouble, state: 'degraded' });
  else if (status === null) await tools.health.bad(crawl.sourceId, { ...trouble, state: 'unreachable' });
}

function tell({ crawl, tools, tally }: Walk, end: CrawlEnd): void {
  const counts = tally();
  const line = {
    ...describeCrawl(crawl),
    ...counts,
    driftPerMille: Math.round(driftPerMille(counts) * 10) / 10,
    ...end,
  };
  switch (end.state) {
    case 'complete':
      return tools.logger.info(line, 'a crawl is complete');
    case 'incomplete':
      return tools.logger.warn(line, 'a crawl has ended and is not complete');
    case 'asking':
      return tools.logger.warn(line, `a crawl asks: ${end.error}`);
  }
}

async function letGo(walk: Walk, error: unknown): Promise<void> {
  const { crawl, tools } = walk;
  const { logger, catalog } = tools;
  if (
    error instanceof StaleCrawlError ||
    (tools.stopping.aborted && tools.stopping.reason instanceof StaleCrawlError)
  ) {
    return logger.info(describeCrawl(crawl), 'another worker has taken over a crawl');
  }
  if (tools.stopping.aborted) return releaseCrawl(catalog.pool, crawl);
  if (isTransientDatabaseError(error)) {
    return logger.warn(
      { ...describeCrawl(crawl), err: error },
      'the database is away; a crawl goes on when its lease is over',
    );
  }
  logger.error({ ...describeCrawl(crawl), err: error }, 'a bug ended a crawl');
  await endCrawl(walk, { state: 'incomplete', error: 'a fault of our own ended it; the log has more' });
}
