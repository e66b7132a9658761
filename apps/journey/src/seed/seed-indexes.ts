import { MEDIA_TYPES } from '@strata/oci';
import { existing, type Random } from './random.js';
import type { SeedContext } from './seed-context.js';
import { addressOf, type Address } from './seed-layers.js';
import { sumOf, writeManifest, type Family, type SeedImage, type SeedManifest } from './seed-manifests.js';
import { SEED_PLATFORMS, type PlatformChoice } from './seed-platforms.js';

const NO_PLATFORMS: PlatformChoice = [];
const SIMPLE_SIGNING = 'application/vnd.dev.cosign.artifact.sig.v1+json';
const SPDX = 'application/spdx+json';

/** Writes an index of these images, with BuildKit's attestation of each behind them where some are given. */
export function writeIndex(
  context: SeedContext,
  parts: {
    readonly family: Family;
    readonly choice: PlatformChoice;
    readonly images: readonly SeedImage[];
    readonly attestations: readonly (SeedManifest & { readonly about: Address })[];
    readonly atMs: number;
  },
): SeedManifest {
  const { family, choice, images, attestations, atMs } = parts;
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
  };
  const index = writeManifest(context, {
    ...{ kind: 'index', family, mediaType, document, atMs, annotations: null },
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

/** Writes BuildKit's attestation of an image: an image for `unknown/unknown` whose layers are statements. */
export function writeAttestation(
  context: SeedContext,
  random: Random,
  about: SeedImage,
  atMs: number,
): SeedManifest & { readonly about: Address } {
  const layers = ['https://spdx.dev/Document', 'https://slsa.dev/provenance/v1'].map((predicate) => ({
    mediaType: MEDIA_TYPES.inToto,
    ...blob(random, 20_000),
    annotations: { 'in-toto.io/predicate-type': predicate },
  }));
  const written = writeArtifact(context, {
    config: { mediaType: MEDIA_TYPES.ociConfig, ...blob(random, 240) },
    ...{ layers, artifactType: null, kind: 'attestation', subject: null, atMs },
  });
  return { ...written, about };
}

/** Writes what is said about a manifest through `subject`: a signature, or an SBOM (OCI image-spec 1.1, manifest.md). */
export function writeReferrer(
  context: SeedContext,
  random: Random,
  subject: SeedManifest,
  options: { readonly kind: 'signature' | 'sbom'; readonly atMs: number },
): SeedManifest {
  const artifactType = options.kind === 'signature' ? SIMPLE_SIGNING : SPDX;
  return writeArtifact(context, {
    config: { mediaType: MEDIA_TYPES.ociEmpty, ...EMPTY_OBJECT },
    layers: [{ mediaType: artifactType, ...blob(random, options.kind === 'signature' ? 250 : 90_000) }],
    ...{ artifactType, subject, ...options },
  });
}

/** `{}` (OCI image-spec 1.1, manifest.md, "Guidance for an Empty Descriptor"). */
const EMPTY_OBJECT = {
  digest: 'sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a',
  size: 2,
};

interface BlobWords {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
}

function blob(random: Random, size: number): { readonly digest: string; readonly size: number } {
  return { digest: addressOf(random.hex(64)).digest, size: random.skewed(size) };
}

function writeArtifact(
  context: SeedContext,
  parts: {
    readonly config: BlobWords;
    readonly layers: readonly BlobWords[];
    readonly artifactType: string | null;
    readonly kind: string;
    readonly subject: SeedManifest | null;
    readonly atMs: number;
  },
): SeedManifest {
  const { config, layers, artifactType, kind, subject, atMs } = parts;
  const document = {
    schemaVersion: 2,
    mediaType: MEDIA_TYPES.ociManifest,
    ...(artifactType !== null && { artifactType }),
    config,
    layers,
    ...(subject && {
      subject: { mediaType: subject.mediaType, digest: subject.digest, size: subject.documentBytes },
    }),
  };
  return writeManifest(context, {
    ...{ kind: 'artifact', family: 'oci', mediaType: MEDIA_TYPES.ociManifest, document, atMs, annotations: null },
    artifact: { type: artifactType ?? config.mediaType, kind, subject },
    platformSetId: context.dictionaries.platformSet(NO_PLATFORMS),
    totalBytes: layers.reduce((sum, { size }) => sum + size, 0),
    layerCount: layers.length,
  });
}
