import { findSources, type RegistryRow, type SourceRow } from '@strata/catalog';
import { Context, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import type { SourceState } from '@strata/graphql';
import type { ApiContext } from '../answer/context.js';
import { present } from '../answer/one-of.js';
import { upperWord } from '../answer/words.js';
import { registryOf } from '../registry/registry.resolver.js';

@Resolver('Source')
export class SourceResolver {
  @Query()
  sources(@Context() { catalog }: ApiContext): Promise<readonly SourceRow[]> {
    return findSources(catalog.pool);
  }

  @ResolveField()
  async registry(@Parent() { registryId }: SourceRow, @Context() context: ApiContext): Promise<RegistryRow> {
    return present(await registryOf(context, registryId));
  }

  @ResolveField()
  state(@Parent() { state }: SourceRow): SourceState {
    return upperWord(state);
  }
}
