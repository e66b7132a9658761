import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { findCrawl, isWorkerThere, requestCrawl, type Catalog, type CrawlRun } from '@strata/catalog';
import { isRepositoryName } from '@strata/oci';
import { StartError } from '@strata/runtime';
import { UsageError, type Command, type Tools } from './command.js';
import { openCrawlProgress } from './crawl-progress.js';
import { withCatalog } from './database.js';

const options = { confirm: { type: 'boolean', default: false } } as const;

/** Looks at the crawl so often. */
const TICK_MS = 250;

/** So long a crawl may wait before it is said that nobody walks it, */
const WORKER_LIMIT_MS = 10_000;

/** and so long after its last word a worker counts as gone. */
const WORKER_SILENCE_MS = 15_000;

/** The way to bring the catalog up to a registry at once: a backfill, a repair, or the answer to a crawl that asks. */
export const crawlCommand: Command = {
  summary: 'walk a registry and repair what its events did not say',
  usage: [
    'Usage: strata crawl <source> [repository] [--confirm]',
    '',
    '  A worker of the running product walks it; this follows it to its end. Ended early, it goes on all the same.',
    '  --confirm  it may remove as much as it finds gone, also more than a fifth of everything',
    '',
    '  Status: 0 complete, 1 not complete, 3 it asks for --confirm.',
  ].join('\n'),
  run(args, tools) {
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
    const [source, repository = null, ...rest] = positionals;
    if (source === undefined || rest.length > 0)
      throw new UsageError('say which source, and which repository of it if not all');
    if (repository !== null && !isRepositoryName(repository)) {
      throw new UsageError(`${JSON.stringify(repository)} is not the name of a repository`);
    }
    return withCatalog(tools, async (catalog) => {
      const request = { source, repository, trigger: 'request', confirmed: values.confirm, now: new Date() } as const;
      const run = await requestCrawl(catalog.pool, request);
      if (run === null) throw new StartError(`there is no source ${JSON.stringify(source)}`);
      return follow(catalog, run, tools);
    });
  },
};

async function follow({ pool }: Catalog, begun: CrawlRun, tools: Tools): Promise<number> {
  const progress = openCrawlProgress(tools);
  const askedAt = Date.now();
  for (let run = begun; ;) {
    progress.show(run, Date.now());
    if (run.finishedAt !== null) return statusOf(run);
    const waitsLong = run.state === 'waiting' && Date.now() - askedAt > WORKER_LIMIT_MS;
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

function statusOf({ state }: CrawlRun): number {
  switch (state) {
    case 'complete':
      return 0;
    case 'asking':
      return 3;
    case 'incomplete':
    case 'waiting':
    case 'running':
      return 1;
  }
}
