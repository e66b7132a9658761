import { changeMessage, type ChangeRow, type TagRow } from '@strata/catalog';
import { ResolveField, Resolver } from '@nestjs/graphql';
import type { ChangeKind } from '@strata/graphql';
import type { ApiContext } from '../answer/context.js';
import { upperWord } from '../answer/words.js';
import { tagOf } from '../tag/tag-of.js';

@Resolver('Change')
export class ChangeResolver {
  @ResolveField()
  kind({ kind }: ChangeRow): ChangeKind {
    return upperWord(kind);
  }

  @ResolveField()
  async tag({ tagId }: ChangeRow, _args: object, context: ApiContext): Promise<TagRow | null> {
    return tagId === null ? null : tagOf(context, tagId);
  }

  @ResolveField()
  message(change: ChangeRow): string {
    return changeMessage(change);
  }
}
