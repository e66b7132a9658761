import { changeMessage, findTagsById, type ChangeRow, type TagRow } from '@strata/catalog';
import { Context, Parent, ResolveField, Resolver } from '@nestjs/graphql';
import type { ChangeKind } from '@strata/graphql';
import type { ApiContext } from '../answer/context.js';
import { oneOf } from '../answer/one-of.js';
import { upperWord } from '../answer/words.js';

const tagOf = oneOf(({ pool }, ids: readonly bigint[]) => findTagsById(pool, ids));

@Resolver('Change')
export class ChangeResolver {
  @ResolveField()
  kind(@Parent() { kind }: ChangeRow): ChangeKind {
    return upperWord(kind);
  }

  @ResolveField()
  tag(@Parent() { tagId }: ChangeRow, @Context() context: ApiContext): Promise<TagRow | null> {
    return tagOf(context, tagId);
  }

  @ResolveField()
  message(@Parent() change: ChangeRow): string {
    return changeMessage(change);
  }
}
