export { openRegistry } from './open-registry.js';
export { openSourceRegistry } from './open-source-registry.js';
export type { RegistrySettings } from './open-source-registry.js';
export { openRegistryWriter, openSourceWriter } from './write/open-registry-writer.js';
export type { BlobToUpload, ManifestToPut, RegistryWriter } from './write/registry-writer.js';
export type { CredentialSource } from './credentials/credentials.js';
export type { RegistryOptions } from './open-registry.js';
export type {
  BlobAddress,
  FetchedManifest,
  ListOptions,
  ListedPage,
  ObservedTag,
  Registry,
  RegistryAccess,
  RegistryAccessReport,
} from './registry.js';
export { RegistryError } from './registry-error.js';
export type { RegistryErrorCode } from './registry-error.js';
export { openPoster } from './post/open-poster.js';
export type { PostAnswer, PostedMessage, Poster, PosterOptions } from './post/open-poster.js';
export { LIMITS } from './limits.js';
export { USER_AGENT } from './user-agent.js';
