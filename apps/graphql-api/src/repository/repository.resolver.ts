import {
  countRepositories,
  countTags,
  countUntagged,
  findRepositories,
  findRepositoriesById,
  findRepositoriesNamed,
  findStorage,
  findStorageOf,
  findTags,
  findUntagged,
  type ManifestRow,
  type RegistryRow,
  type StorageRow,
  type StoredRepository,
  type TagRow,
} from '@strata/catalog';
import { Args, Context, Query, ResolveField, Resolver } from '@nestjs/graphql';
import type {
  QueryRepositoriesArgs,
  QueryRepositoryArgs,
  QueryStorageArgs,
  RepositoryTagsArgs,
  RepositoryUntaggedArgs,
} from '@strata/graphql';
import type { Connection } from '../answer/connection.js';
import type { ApiContext } from '../answer/context.js';
import { ifGiven, toTagFilter } from '../answer/filters.js';
import { formatNodeId } from '../answer/node-id.js';
import { oneOf, present } from '../answer/one-of.js';
import { nestedList, pageRequest, rootList } from '../answer/page-of.js';
import { soon, type Soon } from '../answer/soon.js';
import { userError } from '../answer/user-error.js';
import { repositoryOrders, tagOrders } from '../answer/words.js';
import { registryOf } from '../registry/registry.resolver.js';

/** The repository of an id; null when unknown. */
export const repositoryOf = oneOf(({ pool }, ids: readonly bigint[]) => findRepositoriesById(pool, ids));

const tagsOf = nestedList<bigint, Pick<RepositoryTagsArgs, 'where' | 'orderBy'>, TagRow>({
  pages: ({ pool }, ids, { where, orderBy, ...page }) =>
    findTags(pool, {
      ...page,
      where: ifGiven(where, toTagFilter),
      orderBy: tagOrders[orderBy ?? 'REFERENCE_ASC'],
      scope: { kind: 'repositories', ids },
    }),
  counts: ({ pool }, ids, { where }) =>
    countTags(pool, { where: ifGiven(where, toTagFilter), scope: { kind: 'repositories', ids } }),
});

const untaggedOf = nestedList<bigint, object, ManifestRow>({
  pages: ({ pool }, repositoryIds, page) => findUntagged(pool, { ...page, repositoryIds }),
  counts: ({ pool }, repositoryIds) => countUntagged(pool, repositoryIds),
});

const storageOf = oneOf(({ pool }, ids: readonly bigint[]) => findStorageOf(pool, ids));

@Resolver('Repository')
export class RepositoryResolver {
  @Query()
  async repository(
    @Args() { name, registry }: QueryRepositoryArgs,
    @Context() context: ApiContext,
  ): Promise<StoredRepository | null> {
    const found = name.includes('\0')
      ? []
      : await findRepositoriesNamed(context.catalog.pool, { name, registry: registry ?? null });
    if (found.length < 2) return found[0] ?? null;
    const hosts = await Promise.all(found.map(async ({ registryId }) => (await registryOf(context, registryId))?.host));
    throw userError('AMBIGUOUS', `several registries hold ${name}: say which with \`registry\` (${hosts.join(', ')})`);
  }

  @Query()
  repositories(
    @Args() { where, orderBy, ...page }: QueryRepositoriesArgs,
    @Context() { catalog }: ApiContext,
  ): Connection<StoredRepository> {
    const query = { where, orderBy: repositoryOrders[orderBy ?? 'NAME_ASC'], scope: { kind: 'everywhere' } } as const;
    return rootList(
      () => findRepositories(catalog.pool, { ...query, ...pageRequest(page) }),
      () => countRepositories(catalog.pool, query),
    );
  }

  @Query('storage')
  storageOfAll(@Args() { where }: QueryStorageArgs, @Context() { catalog }: ApiContext): Promise<StorageRow> {
    return findStorage(catalog.pool, where);
  }

  @ResolveField()
  id({ id }: StoredRepository): string {
    return formatNodeId('Repository', id);
  }

  @ResolveField()
  registry({ registryId }: StoredRepository, _args: object, context: ApiContext): Soon<RegistryRow> {
    return soon(registryOf(context, registryId), present);
  }

  @ResolveField()
  tags({ id }: StoredRepository, args: RepositoryTagsArgs, context: ApiContext): Connection<TagRow> {
    return tagsOf(context, id, args);
  }

  @ResolveField()
  untagged({ id }: StoredRepository, args: RepositoryUntaggedArgs, context: ApiContext): Connection<ManifestRow> {
    return untaggedOf(context, id, args);
  }

  @ResolveField()
  storage({ id }: StoredRepository, _args: object, context: ApiContext): Promise<StorageRow> {
    return storageOf(context, id);
  }
}
