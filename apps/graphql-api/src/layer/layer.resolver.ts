import {
  countImages,
  countLayerList,
  countLayerUse,
  countTags,
  findImages,
  findLayer,
  findLayerList,
  findTags,
  type LayerRow,
  type ManifestRow,
  type TagRow,
} from '@strata/catalog';
import { Args, Context, Query, ResolveField, Resolver } from '@nestjs/graphql';
import type { LayerImagesArgs, LayerTagsArgs, QueryLayerArgs, QueryLayersArgs } from '@strata/graphql';
import { parseDigest } from '@strata/oci';
import { toConnection, type Connection } from '../answer/connection.js';
import type { ApiContext } from '../answer/context.js';
import { ifGiven, toImageFilter } from '../answer/filters.js';
import { formatNodeId } from '../answer/node-id.js';
import { oneOf } from '../answer/one-of.js';
import { nestedList, pageRequest } from '../answer/page-of.js';
import { soon, type Soon } from '../answer/soon.js';
import { layerOrders } from '../answer/words.js';

const useOf = oneOf(({ pool }, ids: readonly bigint[]) => countLayerUse(pool, ids));

const imagesOf = nestedList<bigint, Pick<LayerImagesArgs, 'where'>, ManifestRow>({
  pages: ({ pool }, ids, { where, ...page }) =>
    findImages(pool, {
      ...page,
      where: ifGiven(where, toImageFilter),
      orderBy: 'pushed-desc',
      scope: { kind: 'layers', ids },
    }),
  counts: ({ pool }, ids, { where }) =>
    countImages(pool, { where: ifGiven(where, toImageFilter), scope: { kind: 'layers', ids } }),
});

const tagsOf = nestedList<bigint, object, TagRow>({
  pages: ({ pool }, ids, page) => findTags(pool, { ...page, orderBy: 'reference-asc', scope: { kind: 'layers', ids } }),
  counts: ({ pool }, ids) => countTags(pool, { scope: { kind: 'layers', ids } }),
});

@Resolver('Layer')
export class LayerResolver {
  @Query()
  layer(@Args() { digest }: QueryLayerArgs, @Context() { catalog }: ApiContext): Promise<LayerRow | null> {
    return findLayer(catalog.pool, parseDigest(digest));
  }

  @Query()
  layers(
    @Args() { where, orderBy, ...page }: QueryLayersArgs,
    @Context() { catalog }: ApiContext,
  ): Connection<LayerRow> {
    const query = { where, orderBy: layerOrders[orderBy ?? 'SHARED_DESC'] };
    return toConnection(
      () => findLayerList(catalog.pool, { ...query, ...pageRequest(page) }),
      () => countLayerList(catalog.pool, query),
    );
  }

  @ResolveField()
  id({ id }: LayerRow): string {
    return formatNodeId('Layer', id);
  }

  /** The contract has no word for a size that nobody has said. */
  @ResolveField()
  sizeBytes({ sizeBytes }: LayerRow): bigint {
    return sizeBytes ?? 0n;
  }

  @ResolveField()
  images({ id }: LayerRow, args: LayerImagesArgs, context: ApiContext): Connection<ManifestRow> {
    return imagesOf(context, id, args);
  }

  @ResolveField()
  tags({ id }: LayerRow, args: LayerTagsArgs, context: ApiContext): Connection<TagRow> {
    return tagsOf(context, id, args);
  }

  @ResolveField()
  imageCount({ id, use }: LayerRow, _args: object, context: ApiContext): Soon<number> {
    return soon(use ?? useOf(context, id), ({ images }) => images);
  }

  @ResolveField()
  repositoryCount({ id, use }: LayerRow, _args: object, context: ApiContext): Soon<number> {
    return soon(use ?? useOf(context, id), ({ repositories }) => repositories);
  }
}
