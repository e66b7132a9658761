import { MEDIA_TYPES } from '../media-types.js';
import { aLayer } from './a-layer.js';
import type { BlobFixture, ImageFixture, LayerFixture } from './fixture.js';
import { describe, platformWords, writeDocument } from './write-document.js';

/** What an image should be like; everything has a default. */
export interface ImageOptions {
  /** Equal options with an equal seed give equal bytes; another seed gives other layers. */
  readonly seed?: string;
  /** How many layers of its own, or which; 2 unless said. */
  readonly layers?: number | readonly LayerFixture[];
  /** Whose layers come first, as `FROM` has it. */
  readonly base?: ImageFixture;
  /** `os/architecture[/variant][:osVersion]`, written as it stands; `linux/amd64` unless said. */
  readonly platform?: string;
  readonly format?: 'oci' | 'docker';
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly createdAt?: Date;
  readonly env?: readonly string[];
  /** Whom it runs as; left out unless said. */
  readonly user?: string;
  /** Of every layer; the usual one of the format unless said. */
  readonly layerMediaType?: string;
  /** Further fields of the manifest, or others for it. */
  readonly manifest?: Readonly<Record<string, unknown>>;
}

const CREATED_AT = new Date('2026-01-02T03:04:05Z');

/** Makes an image with true digests throughout: the manifest's, the config's, and the layers' in both forms. */
export function anImage(options: ImageOptions = {}): ImageFixture {
  const { format = 'oci', platform = 'linux/amd64', base } = options;
  const isDocker = format === 'docker';
  const layers = [...(base?.layers ?? []), ...ownLayers(options)].map((layer) => ({
    ...layer,
    mediaType: options.layerMediaType ?? (isDocker ? MEDIA_TYPES.dockerLayerGzip : MEDIA_TYPES.ociLayerGzip),
  }));
  const config = aConfig(options, layers);
  const mediaType = isDocker ? MEDIA_TYPES.dockerManifest : MEDIA_TYPES.ociManifest;
  const document = {
    schemaVersion: 2,
    mediaType,
    config: describe(config),
    layers: layers.map((layer) => describe(layer)),
    ...(options.annotations && { annotations: options.annotations }),
    ...options.manifest,
  };
  return { kind: 'image', format, platform, config, layers, ...writeDocument(mediaType, document, isDocker ? 3 : 0) };
}

function ownLayers({ layers = 2, seed = 'image', platform = 'linux/amd64' }: ImageOptions): readonly LayerFixture[] {
  if (typeof layers !== 'number') return layers;
  return Array.from({ length: layers }, (_, position) => aLayer(`${seed} for ${platform}, layer ${position}`));
}

function aConfig(options: ImageOptions, layers: readonly LayerFixture[]): BlobFixture {
  const {
    seed = 'image',
    platform = 'linux/amd64',
    format = 'oci',
    labels,
    user,
    env = ['PATH=/usr/bin'],
    createdAt = CREATED_AT,
  } = options;
  const created = createdAt.toISOString();
  const value = {
    ...platformWords(platform),
    created,
    config: {
      Env: env,
      Cmd: ['/bin/app'],
      WorkingDir: '/',
      ...(user !== undefined && { User: user }),
      ...(labels && { Labels: labels }),
    },
    history: [
      ...layers.map((layer) => ({ created, created_by: `COPY ${layer.diffId.slice(7, 19)} /layers` })),
      { created, created_by: `CMD ["/bin/app"] # ${seed}`, empty_layer: true },
    ],
    rootfs: { type: 'layers', diff_ids: layers.map((layer) => layer.diffId) },
  };
  return writeDocument(format === 'docker' ? MEDIA_TYPES.dockerConfig : MEDIA_TYPES.ociConfig, value);
}
