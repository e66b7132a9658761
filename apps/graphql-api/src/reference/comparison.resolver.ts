import { findImageConfigs, findImageLayers, type ImageLayerRow, type ManifestRow } from '@strata/catalog';
import { Args, Context, Query, Resolver } from '@nestjs/graphql';
import type { FieldChange, Platform, QueryCompareArgs } from '@strata/graphql';
import {
  compareImages,
  matchesPlatform,
  pairPlatforms,
  parsePlatformName,
  type ComparableImage,
  type ComparableLayer,
  type PlatformPair,
} from '@strata/oci';
import type { ApiContext } from '../answer/context.js';
import { imagesBehind, type ImageBehind } from './images-behind.js';
import { namedPlatform } from './named-platform.js';
import { readReference, type ReadManifest, type ReadReference } from './read-reference.js';

/** Two references beside each other, in the shape of the contract. */
interface ComparisonAnswer {
  readonly identical: boolean;
  readonly left: ManifestRow;
  readonly right: ManifestRow;
  readonly platformsOnlyLeft: readonly Platform[];
  readonly platformsOnlyRight: readonly Platform[];
  readonly platforms: readonly PlatformAnswer[];
}

interface PlatformAnswer {
  readonly platform: Platform;
  readonly identical: boolean;
  readonly sameFilesystem: boolean;
  readonly left: ManifestRow;
  readonly right: ManifestRow;
  readonly sharedLayers: readonly ImageLayerRow[];
  readonly onlyLeft: readonly ImageLayerRow[];
  readonly onlyRight: readonly ImageLayerRow[];
  readonly sharedBytes: bigint;
  readonly configChanges: readonly FieldChange[];
}

/** A layer that can be compared and still knows its row. */
interface PlacedLayer extends ComparableLayer {
  readonly row: ImageLayerRow;
}

@Resolver('Comparison')
export class ComparisonResolver {
  @Query()
  async compare(@Args() args: QueryCompareArgs, @Context() context: ApiContext): Promise<ComparisonAnswer> {
    const [left, right] = await Promise.all([
      readReference(context, args.left, 'left'),
      readReference(context, args.right, 'right'),
    ]);
    const { both, onlyLeft, onlyRight } = pairPlatforms(
      wantedImages(left, args.platform),
      wantedImages(right, args.platform),
    );
    return {
      identical: left.root.digest === right.root.digest,
      left: left.root,
      right: right.root,
      platformsOnlyLeft: onlyLeft.map(({ platform }) => namedPlatform(platform)),
      platformsOnlyRight: onlyRight.map(({ platform }) => namedPlatform(platform)),
      platforms: await comparePairs(context, both),
    };
  }
}

function wantedImages(reference: ReadReference, platform: string | null | undefined): readonly ImageBehind[] {
  const images = imagesBehind(reference);
  if (platform === null || platform === undefined) return images;
  const pattern = parsePlatformName(platform);
  return images.filter((image) => matchesPlatform(pattern, image.platform));
}

async function comparePairs(
  { catalog: { pool } }: ApiContext,
  pairs: readonly PlatformPair<ReadManifest>[],
): Promise<readonly PlatformAnswer[]> {
  const images = pairs.flatMap(({ left, right }) => [left, right]);
  const configIds = images.flatMap(({ configId }) => (configId === null ? [] : [configId]));
  const [layers, configs] = await Promise.all([
    findImageLayers(
      pool,
      images.map(({ id }) => id),
    ),
    findImageConfigs(pool, configIds),
  ]);
  const configOf = new Map(
    configs.flatMap((config) => (config === null ? [] : [[config.id, config.document] as const])),
  );
  const comparable = new Map(
    images.map(({ id, digest, configId }, index): [bigint, ComparableImage<PlacedLayer>] => [
      id,
      {
        digest,
        layers: (layers[index] ?? []).map(toPlacedLayer),
        config: configId === null ? null : (configOf.get(configId) ?? null),
      },
    ]),
  );
  return pairs.map((pair) => answerOf(pair, comparable));
}

function toPlacedLayer(row: ImageLayerRow): PlacedLayer {
  const { digest, sizeBytes } = row.layer;
  return { digest, sizeBytes: sizeBytes === null ? null : Number(sizeBytes), row };
}

function answerOf(
  { platform, left, right }: PlatformPair<ReadManifest>,
  comparable: ReadonlyMap<bigint, ComparableImage<PlacedLayer>>,
): PlatformAnswer {
  const [one, other] = [comparable.get(left.id), comparable.get(right.id)];
  if (one === undefined || other === undefined) throw new Error('an image to compare was not read');
  const { shared, onlyLeft, onlyRight, sharedBytes, ...found } = compareImages(one, other);
  return {
    platform: namedPlatform(platform),
    identical: found.identical,
    sameFilesystem: found.sameFilesystem,
    left,
    right,
    sharedLayers: shared.map(({ layer }) => layer.row),
    onlyLeft: onlyLeft.map(({ layer }) => layer.row),
    onlyRight: onlyRight.map(({ layer }) => layer.row),
    sharedBytes: BigInt(sharedBytes),
    configChanges: found.configChanges,
  };
}
