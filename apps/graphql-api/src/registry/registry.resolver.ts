import {
  countRegistryContents,
  countRepositories,
  findRegistries,
  findRegistriesById,
  findRepositories,
  knownRegistry,
  type RegistryRow,
  type StoredRepository,
} from '@strata/catalog';
import { Context, Query, ResolveField, Resolver } from '@nestjs/graphql';
import type { RegistryRepositoriesArgs } from '@strata/graphql';
import type { Connection } from '../answer/connection.js';
import type { ApiContext } from '../answer/context.js';
import { formatNodeId } from '../answer/node-id.js';
import { oneOf } from '../answer/one-of.js';
import type { Soon } from '../answer/soon.js';
import { nestedList } from '../answer/page-of.js';

const unknownRegistryOf = oneOf(({ pool }, ids: readonly number[]) => findRegistriesById(pool, ids));

/** The registry of an id; null when unknown. */
export function registryOf(context: ApiContext, id: number): Soon<RegistryRow | null> {
  return knownRegistry(context.catalog.pool, id) ?? unknownRegistryOf(context, id);
}

const contentsOf = oneOf(({ pool }, ids: readonly number[]) => countRegistryContents(pool, ids));

const repositoriesOf = nestedList<number, Pick<RegistryRepositoriesArgs, 'where'>, StoredRepository>({
  pages: ({ pool }, ids, args) =>
    findRepositories(pool, { ...args, orderBy: 'name-asc', scope: { kind: 'registries', ids } }),
  counts: ({ pool }, ids, { where }) => countRepositories(pool, { where, scope: { kind: 'registries', ids } }),
});

@Resolver('Registry')
export class RegistryResolver {
  @Query()
  registries(@Context() { catalog }: ApiContext): Promise<readonly RegistryRow[]> {
    return findRegistries(catalog.pool);
  }

  @ResolveField()
  id({ id }: RegistryRow): string {
    return formatNodeId('Registry', id);
  }

  @ResolveField()
  repositories({ id }: RegistryRow, args: RegistryRepositoriesArgs, context: ApiContext): Connection<StoredRepository> {
    return repositoriesOf(context, id, args);
  }

  @ResolveField()
  async repositoryCount({ id }: RegistryRow, _args: object, context: ApiContext): Promise<number> {
    return (await contentsOf(context, id)).repositories;
  }

  @ResolveField()
  async tagCount({ id }: RegistryRow, _args: object, context: ApiContext): Promise<number> {
    return (await contentsOf(context, id)).liveTags;
  }
}
