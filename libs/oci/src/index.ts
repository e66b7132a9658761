export { assembleIndex } from './assemble/assemble-index.js';
export type { AssembleOptions, AssembledIndex } from './assemble/assemble-index.js';
export { AssemblyError } from './assemble/assembly-error.js';
export type { AssemblyProblem, AssemblyProblemCode } from './assemble/assembly-error.js';
export type { IndexMember } from './assemble/index-members.js';
export type { PlatformOverride } from './assemble/member-platform.js';
export { CEILINGS } from './ceilings.js';
export { compareConfigs } from './compare/compare-configs.js';
export type { FieldChange } from './compare/compare-configs.js';
export { compareImages } from './compare/compare-images.js';
export type { ComparableImage, ImageComparison } from './compare/compare-images.js';
export type { ComparableLayer, LayerAt, LayerComparison, SharedLayer } from './compare/compare-layers.js';
export { pairPlatforms } from './compare/pair-platforms.js';
export type { PlatformItem, PlatformPair, PlatformSplit } from './compare/pair-platforms.js';
export type { Accepted } from './compatibility/registry-feature.js';
export { COMPATIBILITY_AS_OF } from './compatibility/registry-table.js';
export { registryVerdicts } from './compatibility/registry-verdicts.js';
export type { RegistryVerdict, VerdictReason } from './compatibility/registry-verdicts.js';
export { checkConfigFits } from './config/check-config-fits.js';
export { parseImageConfig } from './config/parse-image-config.js';
export type { Healthcheck, HistoryEntry, ImageConfig, ImageSettings } from './config/image-config.js';
export { ConversionError } from './convert/conversion.js';
export type {
  Conversion,
  ConversionLoss,
  ConversionProblem,
  ConversionProblemCode,
  ConvertibleChild,
  KnownLayer,
} from './convert/conversion.js';
export { convertManifest } from './convert/convert-manifest.js';
export type { ConvertOptions } from './convert/convert-manifest.js';
export { convertMediaType, familyOf } from './convert/family.js';
export type { ManifestFamily } from './convert/family.js';
export { upgradeSchema1 } from './convert/upgrade-schema1.js';
export type { Schema1Upgrade } from './convert/upgrade-schema1.js';
export { DigestError, algorithmOf, digestOf, isDigest, parseDigest } from './digest.js';
export type { Digest, DigestAlgorithm } from './digest.js';
export { chainIds } from './identity/chain-ids.js';
export { sameFilesystem } from './identity/same-filesystem.js';
export { isBasedOn, sharedPrefixLength } from './identity/shared-prefix.js';
export { JsonError } from './json/json-error.js';
export type { JsonProblem, JsonProblemCode } from './json/json-error.js';
export { isJsonArray, isJsonObject } from './json/json-value.js';
export type { JsonObject, JsonValue } from './json/json-value.js';
export { parseJson, readJson } from './json/parse-json.js';
export type { ByteSpan, JsonDocument, ReadJsonOptions } from './json/parse-json.js';
export { statementKinds } from './manifest/artifact-kind.js';
export { EMPTY_CONTENT } from './manifest/check-consistency.js';
export { readCompanionTag, referrersTag } from './manifest/companion-tag.js';
export type { CompanionTag } from './manifest/companion-tag.js';
export type { Descriptor, SubjectDescriptor } from './manifest/descriptor.js';
export { layersOf } from './manifest/layers-of.js';
export type { Layer } from './manifest/layers-of.js';
export { ManifestError } from './manifest/manifest-error.js';
export type { Problem, ProblemCode, Warning, WarningCode } from './manifest/manifest-error.js';
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
export { platformsDisagree } from './platform/platforms-disagree.js';
export { isRunnablePlatform } from './platform/platform.js';
export type { Platform } from './platform/platform.js';
export { resolveImage } from './platform/resolve-image.js';
export type { KnownManifest, PullClient, Resolution, ResolveOptions } from './platform/resolve-image.js';
export { schema1Payload } from './schema1/schema1-payload.js';
export type { Schema1Layer, Schema1Manifest, Schema1Step } from './schema1/schema1-manifest.js';
export type {
  InvalidReason,
  Schema1Signature,
  SignatureAlgorithm,
  UnverifiedReason,
  VerifiedKey,
} from './schema1/verify-signatures.js';
export { InvalidReferenceError, formatReference, parseReference } from './reference/parse-reference.js';
export type { Reference, ReferenceDefaults } from './reference/parse-reference.js';
export { isRepositoryName, isTag } from './reference/repository-name.js';
