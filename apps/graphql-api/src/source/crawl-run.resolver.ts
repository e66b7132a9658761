import { requestCrawl, type CrawlRun } from '@strata/catalog';
import { isRepositoryName } from '@strata/oci';
import { Args, Context, Mutation, ResolveField, Resolver } from '@nestjs/graphql';
import type { MutationCrawlArgs } from '@strata/graphql';
import type { ApiContext } from '../answer/context.js';
import { userError } from '../answer/user-error.js';

@Resolver('CrawlRun')
export class CrawlRunResolver {
  /** Returns as soon as the crawl is written down; a worker walks it. */
  @Mutation()
  async crawl(@Args() args: MutationCrawlArgs, @Context() { writes }: ApiContext): Promise<CrawlRun> {
    const { source, repository = null } = args;
    if (repository !== null && !isRepositoryName(repository)) {
      throw userError('BAD_USER_INPUT', 'this is not the name of a repository', 'repository');
    }
    const run = await requestCrawl(writes.pool, { source, repository, trigger: 'request', now: new Date() });
    if (run === null) throw userError('BAD_USER_INPUT', 'there is no source of this name', 'source');
    return run;
  }

  @ResolveField()
  id({ id }: CrawlRun): string {
    return String(id);
  }

  @ResolveField()
  complete({ state }: CrawlRun): boolean {
    return state === 'complete';
  }
}
