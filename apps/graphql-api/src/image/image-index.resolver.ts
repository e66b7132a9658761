import { findIndexEntries, type IndexEntryRow, type ManifestRow, type PlatformRow } from '@strata/catalog';
import { ResolveField, Resolver } from '@nestjs/graphql';
import type { ApiContext } from '../answer/context.js';
import type { Soon } from '../answer/soon.js';
import { oneOf } from '../answer/one-of.js';
import { platformsOf } from './manifest-of.js';

const entriesOf = oneOf(({ pool }, ids: readonly bigint[]) => findIndexEntries(pool, ids));

@Resolver('ImageIndex')
export class ImageIndexResolver {
  @ResolveField()
  entries({ id }: ManifestRow, _args: object, context: ApiContext): Promise<readonly IndexEntryRow[]> {
    return entriesOf(context, id);
  }

  @ResolveField()
  platforms({ platformSetId }: ManifestRow, _args: object, context: ApiContext): Soon<readonly PlatformRow[]> {
    return platformsOf(context, platformSetId);
  }
}
