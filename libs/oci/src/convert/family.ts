import { MEDIA_TYPES, formatOfMediaType } from '../media-types.js';
import type { ManifestFormat } from '../manifest/manifest.js';

/** The two families of formats that one image can be written in. */
export type ManifestFamily = 'docker' | 'oci';

const FAMILIES = {
  'docker-schema1': 'docker',
  'docker-schema2': 'docker',
  'docker-list': 'docker',
  'oci-image': 'oci',
  'oci-index': 'oci',
} as const satisfies Record<ManifestFormat, ManifestFamily>;

/** The family that a format belongs to. */
export function familyOf(format: ManifestFormat): ManifestFamily {
  return FAMILIES[format];
}

/** The family of the manifest that a descriptor points at; null when its type names no manifest. */
export function familyOfMediaType(mediaType: string): ManifestFamily | null {
  const format = formatOfMediaType(mediaType);
  return format === null ? null : familyOf(format);
}

const DOCKER_LAYER = 'application/vnd.docker.image.rootfs';
const OCI_LAYER = 'application/vnd.oci.image.layer';

/** Types that mean the same thing in both families (OCI image-spec 1.1, media-types.md, "Compatibility Matrix"). */
const PAIRS: readonly (readonly [oci: string, docker: string])[] = [
  [MEDIA_TYPES.ociIndex, MEDIA_TYPES.dockerList],
  [MEDIA_TYPES.ociManifest, MEDIA_TYPES.dockerManifest],
  [MEDIA_TYPES.ociConfig, MEDIA_TYPES.dockerConfig],
  [`${OCI_LAYER}.v1.tar`, `${DOCKER_LAYER}.diff.tar`],
  [`${OCI_LAYER}.v1.tar+gzip`, `${DOCKER_LAYER}.diff.tar.gzip`],
  [`${OCI_LAYER}.v1.tar+zstd`, `${DOCKER_LAYER}.diff.tar.zstd`],
  [`${OCI_LAYER}.nondistributable.v1.tar`, `${DOCKER_LAYER}.foreign.diff.tar`],
  [`${OCI_LAYER}.nondistributable.v1.tar+gzip`, `${DOCKER_LAYER}.foreign.diff.tar.gzip`],
  [`${OCI_LAYER}.nondistributable.v1.tar+zstd`, `${DOCKER_LAYER}.foreign.diff.tar.zstd`],
];

const COUNTERPARTS = {
  docker: new Map(PAIRS),
  oci: new Map(PAIRS.map(([oci, docker]) => [docker, oci])),
} as const satisfies Record<ManifestFamily, ReadonlyMap<string, string>>;

const DOCKERS = /^application\/vnd\.docker\./;

/** What a media type becomes, and what that costs; the cost is null where nothing is lost. */
export interface ConvertedType {
  readonly mediaType: string;
  readonly loss: string | null;
}

/**
 * The counterpart of a config's or a layer's type in a family. Blobs stay what they are, so nothing is recompressed: a
 * type without a counterpart is kept, and zstd becomes the type that some builders write although Docker's format
 * does not define it. Both are told.
 */
export function convertMediaType(mediaType: string, to: ManifestFamily): ConvertedType {
  const counterpart = COUNTERPARTS[to].get(mediaType);
  if (counterpart !== undefined) return { mediaType: counterpart, loss: lossOfCounterpart(counterpart, to) };
  return { mediaType, loss: to === 'docker' && !DOCKERS.test(mediaType) ? lossOfOther(mediaType) : null };
}

function lossOfOther(mediaType: string): string {
  const what = mediaType.endsWith('+encrypted') ? 'no encrypted layers' : `no counterpart of ${mediaType}`;
  return `Docker's format has ${what}: clients refuse the type`;
}

function lossOfCounterpart(mediaType: string, to: ManifestFamily): string | null {
  if (to === 'docker' && mediaType.endsWith('.zstd'))
    return "Docker's format defines no zstd layers: strict clients and registries refuse the type, and gzip instead would be another blob";
  if (to === 'oci' && mediaType.includes('.nondistributable.'))
    return 'OCI 1.1 deprecates layers that are not distributed: readers may expect the blob in the registry and ignore its urls';
  return null;
}
