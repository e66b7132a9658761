import type { ManifestFormat } from './manifest/manifest.js';

/** Media types that mean something to us, by name (OCI image-spec 1.1, media-types.md; Docker's manifest-v2-2). */
export const MEDIA_TYPES = {
  ociIndex: 'application/vnd.oci.image.index.v1+json',
  ociManifest: 'application/vnd.oci.image.manifest.v1+json',
  ociConfig: 'application/vnd.oci.image.config.v1+json',
  ociLayerGzip: 'application/vnd.oci.image.layer.v1.tar+gzip',
  ociEmpty: 'application/vnd.oci.empty.v1+json',
  /** Withdrawn before OCI 1.1 was final; some registries still hold some. */
  ociArtifact: 'application/vnd.oci.artifact.manifest.v1+json',
  /** The draft before that. */
  orasArtifact: 'application/vnd.cncf.oras.artifact.manifest.v1+json',
  dockerList: 'application/vnd.docker.distribution.manifest.list.v2+json',
  dockerManifest: 'application/vnd.docker.distribution.manifest.v2+json',
  dockerConfig: 'application/vnd.docker.container.image.v1+json',
  dockerLayerGzip: 'application/vnd.docker.image.rootfs.diff.tar.gzip',
  dockerSchema1: 'application/vnd.docker.distribution.manifest.v1+json',
  dockerSchema1Signed: 'application/vnd.docker.distribution.manifest.v1+prettyjws',
  /** What schema 1 never names: a gzip of a tar archive. */
  dockerSchema1Layer: 'application/vnd.docker.container.image.rootfs.diff+x-gtar',
  inToto: 'application/vnd.in-toto+json',
} as const;

/**
 * What every request for a manifest must accept. A registry that misses one of the first four converts the document,
 * so that its digest no longer fits, or answers 404; schema 1 comes last, so that it is never preferred.
 */
export const MANIFEST_ACCEPT: string = [
  MEDIA_TYPES.ociIndex,
  MEDIA_TYPES.ociManifest,
  MEDIA_TYPES.dockerList,
  MEDIA_TYPES.dockerManifest,
  MEDIA_TYPES.ociArtifact,
  MEDIA_TYPES.dockerSchema1Signed,
  MEDIA_TYPES.dockerSchema1,
].join(', ');

const FORMATS: ReadonlyMap<string, ManifestFormat> = new Map([
  [MEDIA_TYPES.ociIndex, 'oci-index'],
  [MEDIA_TYPES.ociManifest, 'oci-image'],
  [MEDIA_TYPES.ociArtifact, 'oci-image'],
  [MEDIA_TYPES.orasArtifact, 'oci-image'],
  [MEDIA_TYPES.dockerList, 'docker-list'],
  [MEDIA_TYPES.dockerManifest, 'docker-schema2'],
  [MEDIA_TYPES.dockerSchema1, 'docker-schema1'],
  [MEDIA_TYPES.dockerSchema1Signed, 'docker-schema1'],
] as const);

/** The format that a manifest media type stands for; null when it names no manifest. */
export function formatOfMediaType(mediaType: string): ManifestFormat | null {
  return FORMATS.get(mediaType) ?? null;
}

/** Asks whether a config of this type describes a runnable image, in either family. */
export function isImageConfigType(mediaType: string): boolean {
  return mediaType === MEDIA_TYPES.ociConfig || mediaType === MEDIA_TYPES.dockerConfig;
}

/** Cuts `type/subtype; parameters` down to the type, in lower case (RFC 9110 section 8.3); null for nothing. */
export function bareMediaType(contentType: string | null): string | null {
  return contentType?.split(';', 1)[0]?.trim().toLowerCase() || null;
}
