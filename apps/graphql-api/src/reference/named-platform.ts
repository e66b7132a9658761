import type { Platform } from '@strata/graphql';
import { formatPlatformName, type Platform as OciPlatform } from '@strata/oci';

/** A platform as the contract gives it. */
export function namedPlatform(platform: OciPlatform): Platform {
  return { ...platform, name: formatPlatformName(platform) };
}
