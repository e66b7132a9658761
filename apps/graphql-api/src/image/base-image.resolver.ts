import { countNewerBuilds, type BaseImageRow, type TagRow } from '@strata/catalog';
import { ResolveField, Resolver } from '@nestjs/graphql';
import type { BaseImageTagsArgs } from '@strata/graphql';
import type { Connection } from '../answer/connection.js';
import type { ApiContext } from '../answer/context.js';
import { oneOf } from '../answer/one-of.js';
import { tagsOfManifest } from './manifest.resolver.js';

const newerBuildsOf = oneOf(({ pool }, ids: readonly bigint[]) => countNewerBuilds(pool, ids));

@Resolver('BaseImage')
export class BaseImageResolver {
  @ResolveField()
  tags({ image }: BaseImageRow, args: BaseImageTagsArgs, context: ApiContext): Connection<TagRow> {
    return tagsOfManifest(context, image.id, args);
  }

  @ResolveField()
  newerBuilds({ image }: BaseImageRow, _args: object, context: ApiContext): Promise<number> {
    return newerBuildsOf(context, image.id);
  }
}
