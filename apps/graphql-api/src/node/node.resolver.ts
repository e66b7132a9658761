import { findEvents, findFindingsById, findLayersById, findTagsById, type Catalog } from '@strata/catalog';
import { Args, Context, Query, Resolver } from '@nestjs/graphql';
import type { QueryNodeArgs } from '@strata/graphql';
import type { ApiContext } from '../answer/context.js';
import { parseNodeId } from '../answer/node-id.js';
import { manifestOf, typeOfManifest } from '../image/manifest-of.js';
import { registryOf } from '../registry/registry.resolver.js';
import { repositoryOf } from '../repository/repository.resolver.js';

/** A row that says which type of the contract it is, because an id alone does not. */
type TypedNode = { readonly __typename: string };

/** Ids of registries are 32 bits wide; a greater one names none. */
const MAX_INT4 = 2n ** 31n - 1n;

@Resolver('Node')
export class NodeResolver {
  @Query()
  async node(@Args() { id: text }: QueryNodeArgs, @Context() context: ApiContext): Promise<TypedNode | null> {
    const parsed = parseNodeId(text);
    if (parsed === null) return null;
    const { type, id } = parsed;
    switch (type) {
      case 'Registry':
        return id > MAX_INT4 ? null : typed(type, await registryOf(context, Number(id)));
      case 'Repository':
        return typed(type, await repositoryOf(context, id));
      case 'Tag':
        return typed(type, (await findTagsById(context.catalog.pool, [id]))[0]);
      case 'Layer':
        return typed(type, (await findLayersById(context.catalog.pool, [id]))[0]);
      case 'Event':
        return typed(type, await findEvent(context.catalog, id));
      case 'Finding':
        return typed(type, (await findFindingsById(context.catalog.pool, [id]))[0]);
      case 'Manifest': {
        const row = await manifestOf(context, id);
        return row === null ? null : typed(typeOfManifest(row), row);
      }
    }
  }
}

function typed(__typename: string, row: object | null | undefined): TypedNode | null {
  return row === null || row === undefined ? null : { ...row, __typename };
}

async function findEvent(catalog: Catalog, id: bigint): Promise<object | null> {
  const { rows } = await findEvents(catalog, { where: { id: [id] }, first: 1 });
  return rows[0] ?? null;
}
