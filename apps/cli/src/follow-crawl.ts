import { setTimeout as sleep } from 'node:timers/promises';
import { findCrawl, isWorkerThere, type Catalog, type CrawlRun } from '@strata/catalog';
import { StartError } from '@strata/runtime';
import type { Tools } from './command.js';
import { openCrawlProgress } from './crawl-progress.js';

/** Looks at the crawl so often. */
const TICK_MS = 250;

/** So long a crawl may wait before it is said that nobody walks it, */
const WORKER_LIMIT_MS = 10_000;

/** and so long after its last word a worker counts as gone. */
const WORKER_SILENCE_MS = 15_000;

/**
 * Shows a crawl until it has ended, and gives it back as it is then. Throws `StartError` when it waits for longer than
 * `workerLimitMs` and no worker is there to walk it; it begins all the same when one is.
 */
export async function followCrawl(
  pool: Catalog['pool'],
  begun: CrawlRun,
  tools: Pick<Tools, 'write' | 'isTerminal'>,
  { workerLimitMs = WORKER_LIMIT_MS }: { readonly workerLimitMs?: number } = {},
): Promise<CrawlRun> {
  const progress = openCrawlProgress(tools);
  const askedAt = Date.now();
  for (let run = begun; ;) {
    progress.show(run, Date.now());
    if (run.finishedAt !== null) return run;
    const waitsLong = run.state === 'waiting' && Date.now() - askedAt > workerLimitMs;
    if (waitsLong && !(await isWorkerThere(pool, run.sourceId, WORKER_SILENCE_MS))) {
      throw new StartError(
        `no worker that knows the source ${run.source} is running; the crawl begins when one is ("strata start")`,
      );
    }
    await sleep(TICK_MS);
    const next = await findCrawl(pool, run.id);
    if (next === null) throw new StartError('the crawl has gone from the database');
    run = next;
  }
}
