export { openRegistry } from './open-registry.js';
export type { RegistryOptions } from './open-registry.js';
export type {
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
export { LIMITS } from './limits.js';
export { USER_AGENT } from './user-agent.js';
