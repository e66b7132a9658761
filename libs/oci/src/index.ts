export { CEILINGS } from './ceilings.js';
export { chainIds } from './chain-id.js';
export { parseImageConfig } from './config/parse-image-config.js';
export type { HistoryEntry, ImageConfig } from './config/image-config.js';
export { DigestError, algorithmOf, digestOf, isDigest, parseDigest } from './digest.js';
export type { Digest, DigestAlgorithm } from './digest.js';
export { JsonError } from './json/json-error.js';
export type { JsonProblem, JsonProblemCode } from './json/json-error.js';
export { isJsonArray, isJsonObject } from './json/json-value.js';
export type { JsonObject, JsonValue } from './json/json-value.js';
export { arrayElementSpans, parseJson, readJson } from './json/parse-json.js';
export type { ByteSpan, JsonDocument, ReadJsonOptions } from './json/parse-json.js';
export type { Descriptor, SubjectDescriptor } from './manifest/descriptor.js';
export { ManifestError } from './manifest/manifest-error.js';
export type { Problem, ProblemCode } from './manifest/manifest-error.js';
export type {
  ArtifactKind,
  ArtifactManifest,
  ImageManifest,
  IndexEntry,
  IndexEntryKind,
  IndexManifest,
  Manifest,
  ManifestFacts,
  ManifestFormat,
} from './manifest/manifest.js';
export { parseManifest } from './manifest/parse-manifest.js';
export type { ParseManifestOptions } from './manifest/parse-manifest.js';
export { MANIFEST_ACCEPT, MEDIA_TYPES, bareMediaType, formatOfMediaType, isImageConfigType } from './media-types.js';
export type { VariantKnowledge } from './platform/choose-as-containers-image.js';
export { hostVector } from './platform/host-vector.js';
export { matchesPlatform } from './platform/matches-platform.js';
export { normalizePlatform } from './platform/normalize-platform.js';
export type { PlatformWords } from './platform/normalize-platform.js';
export { PlatformNameError, formatPlatformName, parsePlatformName } from './platform/platform-name.js';
export type { PlatformPattern } from './platform/platform-name.js';
export { isRunnablePlatform } from './platform/platform.js';
export type { Platform } from './platform/platform.js';
export { resolveImage } from './platform/resolve-image.js';
export type { KnownManifest, PullClient, Resolution, ResolveOptions } from './platform/resolve-image.js';
export { InvalidReferenceError, formatReference, parseReference } from './reference/parse-reference.js';
export type { Reference, ReferenceDefaults } from './reference/parse-reference.js';
export { isRepositoryName, isTag } from './reference/repository-name.js';
