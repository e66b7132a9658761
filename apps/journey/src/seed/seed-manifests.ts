import { digestOf, MEDIA_TYPES } from '@strata/oci';
import { existing } from './random.js';
import type { SeedContext } from './seed-context.js';
import { addressOf, type Address, type SeedLayer, type Stack } from './seed-layers.js';
import { SEED_PLATFORMS } from './seed-platforms.js';

/** How documents are written down. */
export type Family = 'oci' | 'docker';

/** A manifest that was written, with what those who point at it need to know. */
export interface SeedManifest extends Address {
  readonly id: number;
  readonly mediaType: string;
  readonly documentBytes: number;
  readonly format: string;
  readonly platformSetId: number;
  readonly totalBytes: number;
}

/** An image that was written. */
export interface SeedImage extends SeedManifest {
  readonly platform: number;
  readonly stack: Stack;
}

/** What an image is made from. */
export interface ImageParts {
  readonly family: Family;
  readonly platform: number;
  readonly stack: Stack;
  readonly atMs: number;
  readonly title: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>> | null;
  readonly user: string | null;
}

/** The media types of each family. */
export const TYPES = {
  oci: { manifest: MEDIA_TYPES.ociManifest, config: MEDIA_TYPES.ociConfig, layer: MEDIA_TYPES.ociLayerGzip },
  docker: {
    manifest: MEDIA_TYPES.dockerManifest,
    config: MEDIA_TYPES.dockerConfig,
    layer: MEDIA_TYPES.dockerLayerGzip,
  },
} as const;

/** Writes an image: its config, its document and its layers in order. */
export function writeImage(context: SeedContext, parts: ImageParts): SeedImage {
  const { sink, dictionaries } = context;
  const { family, stack, platform, atMs, annotations } = parts;
  const types = TYPES[family];
  const config = writeConfig(context, parts);
  const document = {
    schemaVersion: 2,
    mediaType: types.manifest,
    config: { mediaType: types.config, digest: config.digest, size: config.sizeBytes },
    layers: stack.layers.map(({ digest, sizeBytes }) => ({ mediaType: types.layer, digest, size: sizeBytes })),
    ...(annotations && { annotations }),
  };
  const manifest = {
    ...writeManifest(context, {
      ...{ kind: 'image', family, mediaType: types.manifest, document, atMs, annotations },
      platform: dictionaries.platform(platform),
      platformSetId: dictionaries.platformSet(choiceOf(platform)),
      totalBytes: sumOf(new Set(stack.layers)),
      layerCount: stack.layers.length,
      configId: config.id,
      chains: [stack.chain.at(-1)?.stored ?? null, stack.diffChain.at(-1)?.stored ?? null],
    }),
    ...{ platform, stack },
  };
  stack.layers.forEach((layer, position) =>
    sink.row('image_layer', [
      manifest.id,
      position,
      layer.id,
      layer.diffId.stored,
      existing(stack.chain[position]).stored,
      existing(stack.diffChain[position]).stored,
    ]),
  );
  return manifest;
}

const CHOICES = SEED_PLATFORMS.map((_, position) => [position]);

/** The same value for the same platform: the dictionary knows choices by identity. */
function choiceOf(platform: number): readonly number[] {
  return existing(CHOICES[platform]);
}

/** How many bytes these layers have together. */
export function sumOf(layers: Iterable<SeedLayer>): number {
  let sum = 0;
  for (const { sizeBytes } of layers) sum += sizeBytes;
  return sum;
}

function writeConfig(
  { sink, ids, dictionaries }: SeedContext,
  parts: ImageParts,
): Address & { readonly id: number; readonly sizeBytes: number } {
  const { family, platform, stack, atMs, title, labels, user } = parts;
  const { os, architecture, variant, osVersion } = existing(SEED_PLATFORMS[platform]);
  const created = new Date(atMs).toISOString();
  const document = {
    architecture,
    ...(variant && { variant }),
    os,
    ...(osVersion && { 'os.version': osVersion }),
    created,
    config: {
      ...(user !== null && { User: user }),
      Env: ['PATH=/usr/local/bin:/usr/bin:/bin', `APP=${title}`],
      Entrypoint: [`/usr/local/bin/${title}`],
      WorkingDir: '/app',
      Labels: labels,
    },
    history: stack.layers.map(({ diffId }) => ({
      created,
      created_by: `COPY ${diffId.digest.slice(7, 19)} / # buildkit`,
    })),
    rootfs: { type: 'layers', diff_ids: stack.layers.map(({ diffId }) => diffId.digest) },
  };
  const bytes = Buffer.from(JSON.stringify(document));
  const config = { ...addressOf(digestOf(bytes).slice(7)), id: ids.config.next(), sizeBytes: bytes.length };
  sink.row('image_config', [
    config.id,
    config.stored,
    dictionaries.mediaType(TYPES[family].config),
    bytes.length,
    bytes,
    dictionaries.platform(platform),
    atMs,
    JSON.stringify(labels),
    user ?? '',
  ]);
  return config;
}

/** What a row of `manifest` says beside the bytes. */
export interface ManifestParts {
  readonly kind: 'image' | 'index' | 'artifact';
  readonly family: Family;
  readonly mediaType: string;
  readonly document: object;
  readonly atMs: number;
  readonly annotations: Readonly<Record<string, string>> | null;
  readonly artifact?: {
    readonly type: string;
    readonly kind: string;
    readonly subject: Address | null;
    readonly statements: readonly string[];
  };
  readonly configId?: number;
  readonly platform?: number;
  readonly platformSetId: number;
  readonly totalBytes: number;
  readonly layerCount: number;
  readonly chains?: readonly [Buffer | null, Buffer | null];
}

const FORMATS = {
  oci: { index: 'oci_index', manifest: 'oci_image' },
  docker: { index: 'docker_list', manifest: 'docker_schema2' },
} as const;

/** Writes the row and the document of any manifest. */
export function writeManifest({ sink, ids, dictionaries }: SeedContext, parts: ManifestParts): SeedManifest {
  const { kind, family, mediaType, artifact, platformSetId, totalBytes } = parts;
  const bytes = Buffer.from(JSON.stringify(parts.document, null, family === 'docker' ? 3 : 0));
  const address = addressOf(digestOf(bytes).slice(7));
  const id = ids.manifest.next();
  const format = FORMATS[family][kind === 'index' ? 'index' : 'manifest'];
  const [chain, diffChain] = parts.chains ?? [null, null];
  sink.row('manifest', [
    id,
    address.stored,
    kind,
    format,
    dictionaries.mediaType(mediaType),
    bytes.length,
    'valid',
    parts.annotations === null ? null : JSON.stringify(parts.annotations),
    artifact === undefined ? null : dictionaries.mediaType(artifact.type),
    artifact?.kind ?? null,
    artifact?.statements ?? [],
    artifact?.subject?.stored ?? null,
    parts.configId ?? null,
    parts.platform ?? null,
    platformSetId,
    totalBytes,
    parts.layerCount,
    chain,
    diffChain,
    parts.atMs,
    'event',
    parts.atMs,
  ]);
  sink.row('manifest_document', [id, bytes]);
  return { ...address, id, mediaType, documentBytes: bytes.length, format, platformSetId, totalBytes };
}
