import {
  digestFromBytes,
  findPlatformDigests,
  type ManifestRow,
  type PlatformRow,
  type TagMoveRow,
} from '@strata/catalog';
import { ResolveField, Resolver } from '@nestjs/graphql';
import type { FactOrigin } from '@strata/graphql';
import type { Digest } from '@strata/oci';
import type { ApiContext } from '../answer/context.js';
import { oneOf } from '../answer/one-of.js';
import { soon, type Soon } from '../answer/soon.js';
import { upperWord } from '../answer/words.js';
import { manifestOf, platformsOf } from '../image/manifest-of.js';

const platformDigestsOf = oneOf(({ pool }, ids: readonly bigint[]) => findPlatformDigests(pool, ids));

@Resolver('TagMove')
export class TagMoveResolver {
  @ResolveField()
  digest({ digestBytes }: TagMoveRow): Digest {
    return digestFromBytes(digestBytes);
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
  platformsAdded(move: TagMoveRow, _args: object, context: ApiContext): Soon<Set> {
    return soon(setsOf(move, context), ([before, after]) => without(after, before));
  }

  @ResolveField()
  platformsLost(move: TagMoveRow, _args: object, context: ApiContext): Soon<Set> {
    return soon(setsOf(move, context), ([before, after]) => without(before, after));
  }

  @ResolveField()
  platformsKept(move: TagMoveRow, _: unknown, context: ApiContext): Promise<readonly PlatformRow[]> {
    return shared(move, context, (before, after) => before === after);
  }

  @ResolveField()
  platformsChanged(move: TagMoveRow, _: unknown, context: ApiContext): Promise<readonly PlatformRow[]> {
    return shared(move, context, (before, after) => before !== after);
  }

  @ResolveField()
  via({ via }: TagMoveRow): FactOrigin {
    return upperWord(via);
  }
}

type Set = readonly PlatformRow[];

function setsOf({ platformSetIdBefore, platformSetId }: TagMoveRow, context: ApiContext): Soon<readonly [Set, Set]> {
  const before = platformSetIdBefore === null ? [] : platformsOf(context, platformSetIdBefore);
  const after = platformsOf(context, platformSetId);
  return before instanceof Promise || after instanceof Promise ? Promise.all([before, after]) : [before, after];
}

/** Of the platforms that it had before and has now, those of which the images before and now are in this relation. */
async function shared(
  move: TagMoveRow,
  context: ApiContext,
  isSo: (before: string | undefined, after: string | undefined) => boolean,
): Promise<Set> {
  const { manifestIdBefore, manifestId } = move;
  if (manifestIdBefore === null) return [];
  const [[before, after], formerImages, images] = await Promise.all([
    setsOf(move, context),
    platformDigestsOf(context, manifestIdBefore),
    platformDigestsOf(context, manifestId),
  ]);
  const former = new Map(before.map(({ id }) => [id, formerImages.get(id)]));
  return after.filter(({ id }) => former.has(id) && isSo(former.get(id), images.get(id)));
}

function without(set: Set, other: Set): Set {
  return set === other ? [] : set.filter(({ id }) => other.every((each) => each.id !== id));
}
