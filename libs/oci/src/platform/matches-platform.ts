import { isRunnablePlatform, type Platform } from './platform.js';
import type { PlatformPattern } from './platform-name.js';

/** Asks whether a stored platform is one that the question means. `unknown/unknown` is none. */
export function matchesPlatform(pattern: PlatformPattern, platform: Platform): boolean {
  return (
    isRunnablePlatform(platform) &&
    (pattern.os === null || pattern.os === platform.os) &&
    pattern.architecture === platform.architecture &&
    (pattern.variant === 'any' || pattern.variant.is === platform.variant) &&
    (pattern.osVersion === null || pattern.osVersion === platform.osVersion)
  );
}
