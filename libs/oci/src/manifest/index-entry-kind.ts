import { isDigest, type Digest } from '../digest.js';
import { MEDIA_TYPES, formatOfMediaType, isImageConfigType } from '../media-types.js';
import { isRunnablePlatform, type Platform } from '../platform/platform.js';
import { artifactKindOfType } from './artifact-kind.js';
import type { Descriptor } from './descriptor.js';
import type { ArtifactKind, IndexEntryKind } from './manifest.js';

const REFERENCE_TYPE = 'vnd.docker.reference.type';

/** The image that an attestation of BuildKit's is about, by its annotation; null where that names none. */
export function attestedDigest(descriptor: Descriptor): Digest | null {
  if (descriptor.annotations.get(REFERENCE_TYPE) !== 'attestation-manifest') return null;
  const digest = descriptor.annotations.get('vnd.docker.reference.digest') ?? '';
  return isDigest(digest) ? digest : null;
}

const KIND_OF_ARTIFACT = {
  signature: 'signature',
  sbom: 'sbom',
  provenance: 'attestation',
  attestation: 'attestation',
  'helm-chart': 'artifact',
  wasm: 'artifact',
  other: 'artifact',
} as const satisfies Record<ArtifactKind, IndexEntryKind>;

/**
 * Decides from an index alone what one of its entries is. BuildKit's annotation comes first (buildkit,
 * docs/attestations/attestation-storage.md): entries with another value than it defines are to be ignored. An entry
 * without platform may be an image, whose config then says where it runs; one for `unknown` never is.
 */
export function indexEntryKind(descriptor: Descriptor, platform: Platform | null): IndexEntryKind {
  const referenceType = descriptor.annotations.get(REFERENCE_TYPE);
  if (referenceType !== undefined) return referenceType === 'attestation-manifest' ? 'attestation' : 'unknown';
  const format = formatOfMediaType(descriptor.mediaType);
  if (format === 'oci-index' || format === 'docker-list') return 'index';
  const { artifactType, annotations } = descriptor;
  if (artifactType !== null && !isImageConfigType(artifactType)) {
    return KIND_OF_ARTIFACT[artifactKindOfType(artifactType, annotations) ?? 'other'];
  }
  if (format === null) return 'unknown';
  if (descriptor.mediaType === MEDIA_TYPES.ociArtifact || descriptor.mediaType === MEDIA_TYPES.orasArtifact)
    return 'artifact';
  return platform === null || isRunnablePlatform(platform) ? 'platform' : 'unknown';
}
