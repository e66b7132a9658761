import { normalizePlatform } from '../platform/normalize-platform.js';
import { parsePlatformName } from '../platform/platform-name.js';
import type { Platform } from '../platform/platform.js';

/** The platform of a full name, for specs; throws for a name that leaves something open. */
export function platformOf(name: string, osFeatures: readonly string[] = []): Platform {
  const { os, architecture, variant, osVersion } = parsePlatformName(name);
  if (os === null || variant === 'any') throw new Error(`${name} means more than one platform`);
  const platform = normalizePlatform({ os, architecture, variant: variant.is, osVersion, osFeatures });
  if (platform === null) throw new Error(`${name} is no platform`);
  return platform;
}
