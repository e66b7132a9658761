import {
  countBaseImages,
  countDerivedImages,
  countImages,
  countLinkedManifests,
  findBaseImages,
  findDerivedImages,
  findImageConfigs,
  findImageLayers,
  findImages,
  findLinkedManifests,
  findPlatformsById,
  type BaseImageRow,
  type ImageConfigRow,
  type ImageLayerRow,
  knownPlatform,
  type ManifestRow,
  type PlatformRow,
} from '@strata/catalog';
import { Args, Context, Query, ResolveField, Resolver } from '@nestjs/graphql';
import type {
  ImageBaseImagesArgs,
  ImageDerivedImagesArgs,
  ImageIndexesArgs,
  Platform,
  QueryImagesArgs,
} from '@strata/graphql';
import type { Connection } from '../answer/connection.js';
import type { ApiContext } from '../answer/context.js';
import { ifGiven, toImageFilter } from '../answer/filters.js';
import { oneOf, present } from '../answer/one-of.js';
import { nestedList, pageRequest, rootList } from '../answer/page-of.js';
import { soon, type Soon } from '../answer/soon.js';
import { imageOrders } from '../answer/words.js';

const unknownPlatformOf = oneOf(({ pool }, ids: readonly number[]) => findPlatformsById(pool, ids));

/** The platform of an id; null when unknown. */
export function platformOf(context: ApiContext, id: number): Soon<PlatformRow | null> {
  return knownPlatform(context.catalog.pool, id) ?? unknownPlatformOf(context, id);
}

const configOf = oneOf(({ pool }, ids: readonly bigint[]) => findImageConfigs(pool, ids));
const layersOf = oneOf(({ pool }, ids: readonly bigint[]) => findImageLayers(pool, ids));

const indexesOf = nestedList<bigint, object, ManifestRow>({
  pages: ({ pool }, ids, page) => findLinkedManifests(pool, { ...page, ids, link: { kind: 'indexes' } }),
  counts: ({ pool }, ids) => countLinkedManifests(pool, { ids, link: { kind: 'indexes' } }),
});

const basesOf = nestedList<bigint, object, BaseImageRow>({
  pages: ({ pool }, imageIds, page) => findBaseImages(pool, { ...page, imageIds }),
  counts: ({ pool }, imageIds) => countBaseImages(pool, imageIds),
});

const derivedOf = nestedList<bigint, object, ManifestRow>({
  pages: ({ pool }, imageIds, page) => findDerivedImages(pool, { ...page, imageIds }),
  counts: ({ pool }, imageIds) => countDerivedImages(pool, imageIds),
});

const UNKNOWN: Platform = {
  name: 'unknown/unknown',
  os: 'unknown',
  architecture: 'unknown',
  variant: null,
  osVersion: null,
  osFeatures: [],
};

@Resolver('Image')
export class ImageResolver {
  @Query()
  images(
    @Args() { where, orderBy, ...page }: QueryImagesArgs,
    @Context() { catalog }: ApiContext,
  ): Connection<ManifestRow> {
    const query = {
      where: ifGiven(where, toImageFilter),
      orderBy: imageOrders[orderBy ?? 'PUSHED_DESC'],
      scope: { kind: 'everywhere' },
    } as const;
    return rootList(
      () => findImages(catalog.pool, { ...query, ...pageRequest(page) }),
      () => countImages(catalog.pool, query),
    );
  }

  @ResolveField()
  platform({ platformId }: ManifestRow, _args: object, context: ApiContext): Soon<Platform> {
    return platformId === null ? UNKNOWN : soon(platformOf(context, platformId), (found): Platform => present(found));
  }

  @ResolveField()
  async config({ configId }: ManifestRow, _args: object, context: ApiContext): Promise<ImageConfigRow | null> {
    return configId === null ? null : configOf(context, configId);
  }

  @ResolveField()
  layers({ id }: ManifestRow, _args: object, context: ApiContext): Promise<readonly ImageLayerRow[]> {
    return layersOf(context, id);
  }

  @ResolveField()
  indexes({ id }: ManifestRow, args: ImageIndexesArgs, context: ApiContext): Connection<ManifestRow> {
    return indexesOf(context, id, args);
  }

  @ResolveField()
  baseImages({ id }: ManifestRow, args: ImageBaseImagesArgs, context: ApiContext): Connection<BaseImageRow> {
    return basesOf(context, id, args);
  }

  @ResolveField()
  derivedImages({ id }: ManifestRow, args: ImageDerivedImagesArgs, context: ApiContext): Connection<ManifestRow> {
    return derivedOf(context, id, args);
  }
}
