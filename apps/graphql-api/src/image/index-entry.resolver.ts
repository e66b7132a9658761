import type { IndexEntryRow, ManifestRow, PlatformRow } from '@strata/catalog';
import { ResolveField, Resolver } from '@nestjs/graphql';
import type { IndexEntryKind, KeyValue } from '@strata/graphql';
import type { Digest } from '@strata/oci';
import type { ApiContext } from '../answer/context.js';
import type { Soon } from '../answer/soon.js';
import { keyValues } from '../answer/key-values.js';
import { upperWord } from '../answer/words.js';
import { platformOf } from './image.resolver.js';
import { manifestUnder } from './manifest-of.js';

@Resolver('IndexEntry')
export class IndexEntryResolver {
  @ResolveField()
  digest({ childDigest }: IndexEntryRow): Digest {
    return childDigest;
  }

  @ResolveField()
  kind({ kind }: IndexEntryRow): IndexEntryKind {
    return upperWord(kind);
  }

  @ResolveField()
  platform({ platformId }: IndexEntryRow, _args: object, context: ApiContext): Soon<PlatformRow | null> {
    return platformId === null ? null : platformOf(context, platformId);
  }

  @ResolveField()
  annotations({ annotations }: IndexEntryRow): readonly KeyValue[] {
    return keyValues(annotations);
  }

  @ResolveField()
  async manifest({ childDigest }: IndexEntryRow, _args: object, context: ApiContext): Promise<ManifestRow | null> {
    const child = await manifestUnder(context, childDigest);
    return child === null || child.status === 'gone' ? null : child;
  }
}
