import { ManifestError } from '../manifest/manifest-error.js';
import { parseManifest, type ParseManifestOptions } from '../manifest/parse-manifest.js';
import { MEDIA_TYPES } from '../media-types.js';

// Small whole documents of each kind, for specs that change one thing in them.

export const DIGEST = `sha256:${'1'.repeat(64)}`;
export const CONFIG = { mediaType: MEDIA_TYPES.ociConfig, digest: DIGEST, size: 1234 };
export const LAYER = { mediaType: MEDIA_TYPES.ociLayerGzip, digest: `sha256:${'2'.repeat(64)}`, size: 5678 };
export const OCI = { schemaVersion: 2, mediaType: MEDIA_TYPES.ociManifest, config: CONFIG, layers: [LAYER] };
export const DOCKER = {
  ...OCI,
  mediaType: MEDIA_TYPES.dockerManifest,
  config: { ...CONFIG, mediaType: MEDIA_TYPES.dockerConfig },
  layers: [{ ...LAYER, mediaType: MEDIA_TYPES.dockerLayerGzip }],
};
export const ENTRY = {
  mediaType: MEDIA_TYPES.ociManifest,
  digest: DIGEST,
  size: 10,
  platform: { os: 'linux', architecture: 'amd64' },
};
export const INDEX = { schemaVersion: 2, mediaType: MEDIA_TYPES.ociIndex, manifests: [ENTRY] };
export const LIST = {
  ...INDEX,
  mediaType: MEDIA_TYPES.dockerList,
  manifests: [{ ...ENTRY, mediaType: MEDIA_TYPES.dockerManifest }],
};
export const WITHDRAWN = { mediaType: MEDIA_TYPES.ociArtifact, artifactType: 'application/x', blobs: [LAYER] };
export const SCHEMA1 = {
  schemaVersion: 1,
  name: 'demo/app',
  tag: 'v1',
  architecture: 'amd64',
  fsLayers: [{ blobSum: DIGEST }],
  history: [{ v1Compatibility: JSON.stringify({ id: '1'.repeat(64) }) }],
};

/** The same document without some fields. */
export const without = (document: object, ...keys: string[]): object =>
  Object.fromEntries(Object.entries(document).filter(([key]) => !keys.includes(key)));
/** As JSON, unless it is text or bytes already. */
export const bytesOf = (document: unknown): Uint8Array =>
  document instanceof Uint8Array
    ? document
    : Buffer.from(typeof document === 'string' ? document : JSON.stringify(document));
/** Parses a document as if no Content-Type had come with it, unless told. */
export const parse = (document: unknown, options: Partial<ParseManifestOptions> = {}) =>
  parseManifest(bytesOf(document), { contentType: null, ...options });

/** The error that parsing must end in. */
export function refusal(document: unknown, contentType: string | null = null): ManifestError {
  try {
    parse(document, { contentType });
  } catch (error) {
    if (error instanceof ManifestError) return error;
    throw error;
  }
  throw new Error('this should have been refused');
}

/** What is wrong, one line each: `CODE path`. */
export const problems = (document: unknown, contentType: string | null = null): string[] =>
  refusal(document, contentType).problems.map(({ code, path }) => `${code} ${path}`);
