import { parseArgs } from 'node:util';
import { requestCrawl, type CrawlRun } from '@strata/catalog';
import { isRepositoryName } from '@strata/oci';
import { StartError } from '@strata/runtime';
import { UsageError, type Command } from './command.js';
import { withCatalog } from './database.js';
import { followCrawl } from './follow-crawl.js';

const options = { confirm: { type: 'boolean', default: false } } as const;

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
      return statusOf(await followCrawl(catalog.pool, run, tools));
    });
  },
};

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
