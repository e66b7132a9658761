import { MEDIA_TYPES } from '@strata/oci';
import { existing } from './random.js';
import type { SeedContext } from './seed-context.js';
import type { SeedAttestation } from './seed-artifacts.js';
import { sumOf, writeManifest, type Family, type SeedImage, type SeedManifest } from './seed-manifests.js';
import { SEED_PLATFORMS, type PlatformChoice } from './seed-platforms.js';

/** Writes an index of these images, with BuildKit's attestation of each behind them where some are given. */
export function writeIndex(
  context: SeedContext,
  parts: {
    readonly family: Family;
    readonly choice: PlatformChoice;
    readonly images: readonly SeedImage[];
    readonly attestations: readonly SeedAttestation[];
    readonly annotations: Readonly<Record<string, string>>;
    readonly atMs: number;
  },
): SeedManifest {
  const { family, choice, images, attestations, atMs } = parts;
  const own = Object.keys(parts.annotations).length === 0 ? null : parts.annotations;
  const entries = [
    ...images.map((image) => ({ manifest: image, platform: wordsOf(image.platform), annotations: null })),
    ...attestations.map((manifest) => ({
      manifest,
      platform: { architecture: 'unknown', os: 'unknown' },
      annotations: {
        'vnd.docker.reference.digest': manifest.about.digest,
        'vnd.docker.reference.type': 'attestation-manifest',
      },
    })),
  ];
  const mediaType = family === 'oci' ? MEDIA_TYPES.ociIndex : MEDIA_TYPES.dockerList;
  const document = {
    schemaVersion: 2,
    mediaType,
    manifests: entries.map(({ manifest, platform, annotations }) => ({
      mediaType: manifest.mediaType,
      digest: manifest.digest,
      size: manifest.documentBytes,
      ...(annotations && { annotations }),
      platform,
    })),
    ...(own && { annotations: own }),
  };
  const index = writeManifest(context, {
    ...{ kind: 'index', family, mediaType, document, atMs, annotations: own },
    platformSetId: context.dictionaries.platformSet(choice),
    totalBytes: sumOf(new Set(images.flatMap(({ stack }) => stack.layers))),
    layerCount: 0,
  });
  entries.forEach(({ manifest, platform, annotations }, position) =>
    context.sink.row('index_entry', [
      index.id,
      position,
      manifest.stored,
      context.dictionaries.mediaType(manifest.mediaType),
      manifest.documentBytes,
      annotations === null ? 'platform' : 'attestation',
      'platform' in manifest
        ? context.dictionaries.platform(manifest.platform)
        : context.dictionaries.unknownPlatform(),
      JSON.stringify(platform),
      annotations === null ? null : JSON.stringify(annotations),
    ]),
  );
  return index;
}

/** What an index says of a platform, in the order in which builders write it. */
function wordsOf(position: number): Readonly<Record<string, string>> {
  const { os, architecture, variant, osVersion } = existing(SEED_PLATFORMS[position]);
  return {
    architecture: architecture ?? '',
    os: os ?? '',
    ...(osVersion && { 'os.version': osVersion }),
    ...(variant && { variant }),
  };
}
