import { layersOf } from '../manifest/layers-of.js';
import type { ArtifactManifest, Manifest } from '../manifest/manifest.js';
import { MEDIA_TYPES, formatOfMediaType, isImageConfigType } from '../media-types.js';
import type { RegistryFeature } from './registry-feature.js';

const OF_FORMAT = {
  'docker-schema1': 'docker-schema1',
  'docker-schema2': 'docker-image',
  'docker-list': 'docker-list',
  'oci-image': 'oci-image',
  'oci-index': 'oci-index',
} as const satisfies Record<Manifest['format'], RegistryFeature>;

const ZSTD = /[.+]zstd(?:\+encrypted)?$/;
const FOREIGN = /\.nondistributable\.|\.foreign\./;
const USUAL = /^application\/vnd\.(?:oci\.image\.layer\.|docker\.image\.rootfs\.|docker\.container\.image\.rootfs\.)/;

/** What a registry must accept to hold this manifest, apart from what stands behind an index. */
export function featuresOf(manifest: Manifest): ReadonlySet<RegistryFeature> {
  const features = new Set<RegistryFeature>(
    manifest.kind === 'artifact' ? ofArtifact(manifest) : [OF_FORMAT[manifest.format]],
  );
  if (manifest.subject !== null) features.add('subject');
  if (manifest.kind === 'index' && manifest.entries.some(({ descriptor }) => isIndex(descriptor.mediaType)))
    features.add('nested-index');
  for (const { mediaType } of layersOf(manifest)) {
    if (ZSTD.test(mediaType)) features.add('zstd-layer');
    if (FOREIGN.test(mediaType)) features.add('foreign-layer');
    if (!USUAL.test(mediaType)) features.add('unknown-layer');
  }
  return features;
}

/** What cosign and BuildKit write in disguise is an image to a registry, which looks at the config only. */
function ofArtifact({
  mediaType,
  artifactKind,
  artifactType,
  config,
  format,
}: ArtifactManifest): readonly RegistryFeature[] {
  if (mediaType === MEDIA_TYPES.ociArtifact || mediaType === MEDIA_TYPES.orasArtifact) return ['withdrawn-artifact'];
  if (artifactKind === 'helm-chart') return ['helm-chart'];
  const isDisguised = config !== null && isImageConfigType(config.mediaType) && artifactType === config.mediaType;
  return isDisguised ? [OF_FORMAT[format], 'unknown-layer'] : ['artifact'];
}

function isIndex(mediaType: string): boolean {
  const format = formatOfMediaType(mediaType);
  return format === 'oci-index' || format === 'docker-list';
}
