import {
  countTagMoves,
  countTags,
  digestFromBytes,
  findFindingsOfTags,
  findImagesOf,
  findTag,
  findTagMoves,
  findTags,
  type FindingRow,
  type ManifestRow,
  type PlatformRow,
  type StoredRepository,
  type TagMoveRow,
  type TagRow,
} from '@strata/catalog';
import { Args, Context, Query, ResolveField, Resolver } from '@nestjs/graphql';
import type { QueryTagArgs, QueryTagsArgs, TagHistoryArgs } from '@strata/graphql';
import type { Digest } from '@strata/oci';
import type { Connection } from '../answer/connection.js';
import type { ApiContext } from '../answer/context.js';
import { ifGiven, toTagFilter } from '../answer/filters.js';
import { formatNodeId } from '../answer/node-id.js';
import { oneOf, present } from '../answer/one-of.js';
import { nestedList, pageRequest, rootList } from '../answer/page-of.js';
import type { Soon } from '../answer/soon.js';
import { userError } from '../answer/user-error.js';
import { tagOrders } from '../answer/words.js';
import { manifestOf, platformsOf } from '../image/manifest-of.js';
import { repositoryOf } from '../repository/repository.resolver.js';

const imagesOf = oneOf(({ pool }, ids: readonly bigint[]) => findImagesOf(pool, ids));

const findingsOf = oneOf(({ pool }, tags: readonly TagRow[]) => findFindingsOfTags(pool, tags));

const movesOf = nestedList<bigint, object, TagMoveRow>({
  pages: ({ pool }, tagIds, page) => findTagMoves(pool, { ...page, tagIds }),
  counts: ({ pool }, tagIds) => countTagMoves(pool, tagIds),
});

@Resolver('Tag')
export class TagResolver {
  @Query()
  async tag(@Args() { reference, asOf }: QueryTagArgs, @Context() { catalog }: ApiContext): Promise<TagRow | null> {
    if (reference.includes('@'))
      throw userError('BAD_USER_INPUT', 'a reference with a digest names no tag', 'reference');
    const found = await findTag(catalog.pool, reference, asOf);
    if (found.length < 2) return found[0] ?? null;
    const references = found.map((tag) => tag.reference).join(', ');
    throw userError('AMBIGUOUS', `several registries hold such a tag, say which: ${references}`, 'reference');
  }

  @Query()
  tags(
    @Args() { where, orderBy, asOf, ...page }: QueryTagsArgs,
    @Context() { catalog }: ApiContext,
  ): Connection<TagRow> {
    const query = {
      where: ifGiven(where, toTagFilter),
      asOf,
      orderBy: tagOrders[orderBy ?? 'REFERENCE_ASC'],
      scope: { kind: 'everywhere' },
    } as const;
    return rootList(
      () => findTags(catalog.pool, { ...query, ...pageRequest(page) }),
      () => countTags(catalog.pool, query),
    );
  }

  @ResolveField()
  id({ id }: TagRow): string {
    return formatNodeId('Tag', id);
  }

  @ResolveField()
  async repository({ repositoryId }: TagRow, _args: object, context: ApiContext): Promise<StoredRepository> {
    return present(await repositoryOf(context, repositoryId));
  }

  @ResolveField()
  digest({ digestBytes }: TagRow): Digest {
    return digestFromBytes(digestBytes);
  }

  @ResolveField()
  async manifest({ manifestId }: TagRow, _args: object, context: ApiContext): Promise<ManifestRow> {
    return present(await manifestOf(context, manifestId));
  }

  @ResolveField()
  platforms({ platformSetId }: TagRow, _args: object, context: ApiContext): Soon<readonly PlatformRow[]> {
    return platformsOf(context, platformSetId);
  }

  @ResolveField()
  images({ manifestId }: TagRow, _args: object, context: ApiContext): Promise<readonly ManifestRow[]> {
    return imagesOf(context, manifestId);
  }

  @ResolveField()
  history({ id }: TagRow, args: TagHistoryArgs, context: ApiContext): Connection<TagMoveRow> {
    return movesOf(context, id, args);
  }
  @ResolveField()
  findings(tag: TagRow, _args: object, context: ApiContext): Promise<readonly FindingRow[]> {
    return findingsOf(context, tag);
  }
}
