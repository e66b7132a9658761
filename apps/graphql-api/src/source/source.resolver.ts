import {
  driftPerMille,
  findLastCrawls,
  findSources,
  type CrawlRun,
  type RegistryRow,
  type SourceRow,
} from '@strata/catalog';
import { Context, Query, ResolveField, Resolver } from '@nestjs/graphql';
import type { SourceState } from '@strata/graphql';
import type { ApiContext } from '../answer/context.js';
import { oneOf, present } from '../answer/one-of.js';
import { upperWord } from '../answer/words.js';
import { registryOf } from '../registry/registry.resolver.js';

const lastCrawlOf = oneOf(({ pool }, ids: readonly number[]) => findLastCrawls(pool, ids, { finished: false }));
const lastFinishedCrawlOf = oneOf(({ pool }, ids: readonly number[]) => findLastCrawls(pool, ids, { finished: true }));

@Resolver('Source')
export class SourceResolver {
  @Query()
  sources(@Context() { catalog }: ApiContext): Promise<readonly SourceRow[]> {
    return findSources(catalog.pool);
  }

  @ResolveField()
  async registry({ registryId }: SourceRow, _args: object, context: ApiContext): Promise<RegistryRow> {
    return present(await registryOf(context, registryId));
  }

  @ResolveField()
  state({ state }: SourceRow): SourceState {
    return upperWord(state);
  }
  @ResolveField()
  lastCrawl({ id }: SourceRow, _args: object, context: ApiContext): Promise<CrawlRun | null> {
    return lastCrawlOf(context, id);
  }

  @ResolveField()
  async driftPerMille({ id }: SourceRow, _args: object, context: ApiContext): Promise<number> {
    const crawl = await lastFinishedCrawlOf(context, id);
    return crawl === null ? 0 : driftPerMille(crawl);
  }
}
