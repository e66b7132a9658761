import type { PlacementRow, StoredRepository } from '@strata/catalog';
import { ResolveField, Resolver } from '@nestjs/graphql';
import type { FactOrigin } from '@strata/graphql';
import type { ApiContext } from '../answer/context.js';
import { present } from '../answer/one-of.js';
import { upperWord } from '../answer/words.js';
import { repositoryOf } from '../repository/repository.resolver.js';

@Resolver('Placement')
export class PlacementResolver {
  @ResolveField()
  async repository({ repositoryId }: PlacementRow, _args: object, context: ApiContext): Promise<StoredRepository> {
    return present(await repositoryOf(context, repositoryId));
  }

  @ResolveField()
  via({ via }: PlacementRow): FactOrigin {
    return upperWord(via);
  }
}
