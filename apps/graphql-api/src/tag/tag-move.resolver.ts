import type { ManifestRow, PlatformRow, TagMoveRow } from '@strata/catalog';
import { ResolveField, Resolver } from '@nestjs/graphql';
import type { FactOrigin } from '@strata/graphql';
import type { Digest } from '@strata/oci';
import type { ApiContext } from '../answer/context.js';
import { present } from '../answer/one-of.js';
import { upperWord } from '../answer/words.js';
import { manifestOf, platformsOf } from '../image/manifest-of.js';

@Resolver('TagMove')
export class TagMoveResolver {
  @ResolveField()
  async digest({ manifestId }: TagMoveRow, _args: object, context: ApiContext): Promise<Digest> {
    return present(await manifestOf(context, manifestId)).digest;
  }

  @ResolveField()
  manifest({ manifestId }: TagMoveRow, _args: object, context: ApiContext): Promise<ManifestRow | null> {
    return manifestOf(context, manifestId);
  }

  @ResolveField()
  from({ fromAt }: TagMoveRow): Date {
    return fromAt;
  }

  @ResolveField()
  to({ toAt }: TagMoveRow): Date | null {
    return toAt;
  }

  @ResolveField()
  async platformsAdded(move: TagMoveRow, _args: object, context: ApiContext): Promise<readonly PlatformRow[]> {
    const [before, after] = await setsOf(move, context);
    return without(after, before);
  }

  @ResolveField()
  async platformsLost(move: TagMoveRow, _args: object, context: ApiContext): Promise<readonly PlatformRow[]> {
    const [before, after] = await setsOf(move, context);
    return without(before, after);
  }

  @ResolveField()
  via({ via }: TagMoveRow): FactOrigin {
    return upperWord(via);
  }
}

type Set = readonly PlatformRow[];

function setsOf({ platformSetIdBefore, platformSetId }: TagMoveRow, context: ApiContext): Promise<readonly [Set, Set]> {
  const before = platformSetIdBefore === null ? [] : platformsOf(context, platformSetIdBefore);
  return Promise.all([before, platformsOf(context, platformSetId)]);
}

function without(set: Set, other: Set): Set {
  const ids = new Map(other.map((platform) => [platform.id, platform]));
  return set.filter(({ id }) => !ids.has(id));
}
