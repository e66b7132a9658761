import {
  countLinkedManifests,
  countPlacements,
  countRepositories,
  countTags,
  findDocuments,
  findLinkedManifests,
  findPlacements,
  findRepositories,
  findTags,
  type ManifestRow,
  type PlacementRow,
  type StoredRepository,
  type TagRow,
} from '@strata/catalog';
import { Args, Context, Query, ResolveField, Resolver } from '@nestjs/graphql';
import type {
  FactOrigin,
  KeyValue,
  ManifestFormat,
  ManifestPlacementsArgs,
  ManifestReferrersArgs,
  ManifestRepositoriesArgs,
  ManifestStatus,
  ManifestTagsArgs,
  QueryManifestArgs,
} from '@strata/graphql';
import { parseDigest } from '@strata/oci';
import type { Connection } from '../answer/connection.js';
import type { ApiContext } from '../answer/context.js';
import { keyValues } from '../answer/key-values.js';
import { formatNodeId } from '../answer/node-id.js';
import { oneOf } from '../answer/one-of.js';
import { nestedList } from '../answer/page-of.js';
import { upperWord } from '../answer/words.js';
import { manifestUnder, typeOfManifest } from './manifest-of.js';

/** The exact bytes of a manifest; null where they are not kept. */
export const documentOf = oneOf(({ pool }, ids: readonly bigint[]) => findDocuments(pool, ids));

const referrersOf = nestedList<bigint, Pick<ManifestReferrersArgs, 'artifactType'>, ManifestRow>({
  pages: ({ pool }, ids, { artifactType = null, ...page }) =>
    findLinkedManifests(pool, { ...page, ids, link: { kind: 'referrers', artifactType } }),
  counts: ({ pool }, ids, { artifactType = null }) =>
    countLinkedManifests(pool, { ids, link: { kind: 'referrers', artifactType } }),
});

const repositoriesOf = nestedList<bigint, object, StoredRepository>({
  pages: ({ pool }, ids, page) =>
    findRepositories(pool, { ...page, orderBy: 'name-asc', scope: { kind: 'manifests', ids } }),
  counts: ({ pool }, ids) => countRepositories(pool, { scope: { kind: 'manifests', ids } }),
});

const placementsOf = nestedList<bigint, object, PlacementRow>({
  pages: ({ pool }, manifestIds, page) => findPlacements(pool, { ...page, manifestIds }),
  counts: ({ pool }, manifestIds) => countPlacements(pool, manifestIds),
});

/** The live tags that point at a manifest, or at an index that lists it. */
export const tagsOfManifest = nestedList<bigint, object, TagRow>({
  pages: ({ pool }, ids, page) =>
    findTags(pool, { ...page, orderBy: 'reference-asc', scope: { kind: 'manifests', ids } }),
  counts: ({ pool }, ids) => countTags(pool, { scope: { kind: 'manifests', ids } }),
});

/** What images, indexes and artifacts have in common: they inherit these answers from the interface. */
@Resolver('Manifest')
export class ManifestResolver {
  @Query()
  manifest(@Args() { digest }: QueryManifestArgs, @Context() context: ApiContext): Promise<ManifestRow | null> {
    return manifestUnder(context, parseDigest(digest));
  }

  @ResolveField()
  __resolveType(row: ManifestRow): string {
    return typeOfManifest(row);
  }

  @ResolveField()
  id({ id }: ManifestRow): string {
    return formatNodeId('Manifest', id);
  }

  @ResolveField()
  format({ format }: ManifestRow): ManifestFormat {
    return upperWord(format);
  }

  @ResolveField()
  status({ status }: ManifestRow): ManifestStatus {
    return upperWord(status);
  }

  @ResolveField()
  firstSeenVia({ firstSeenVia }: ManifestRow): FactOrigin {
    return upperWord(firstSeenVia);
  }

  @ResolveField()
  annotations({ annotations }: ManifestRow): readonly KeyValue[] {
    return keyValues(annotations);
  }

  @ResolveField()
  async raw({ id }: ManifestRow, _args: object, context: ApiContext): Promise<string> {
    const bytes = await documentOf(context, id);
    return bytes === null ? '' : Buffer.from(bytes).toString('utf8');
  }

  @ResolveField()
  referrers({ id }: ManifestRow, args: ManifestReferrersArgs, context: ApiContext): Connection<ManifestRow> {
    return referrersOf(context, id, args);
  }

  @ResolveField()
  repositories({ id }: ManifestRow, args: ManifestRepositoriesArgs, context: ApiContext): Connection<StoredRepository> {
    return repositoriesOf(context, id, args);
  }

  @ResolveField()
  placements({ id }: ManifestRow, args: ManifestPlacementsArgs, context: ApiContext): Connection<PlacementRow> {
    return placementsOf(context, id, args);
  }

  @ResolveField()
  tags({ id }: ManifestRow, args: ManifestTagsArgs, context: ApiContext): Connection<TagRow> {
    return tagsOfManifest(context, id, args);
  }
}
