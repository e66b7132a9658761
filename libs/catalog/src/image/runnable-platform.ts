import { formatPlatformName } from '@strata/oci';
import type { ValidManifest } from './manifest-to-write.js';

/** The marker of what is listed beside images and runs nowhere (BuildKit's attestations). */
const NOWHERE = 'unknown/unknown';

/** Canonical name of the platform that an image's config claims; null for other kinds, and where it claims none. */
export function runnablePlatform({ manifest, config }: ValidManifest): string | null {
  const platform = manifest.kind === 'image' ? (config?.parsed?.platform ?? null) : null;
  const name = platform === null ? null : formatPlatformName(platform);
  return name === NOWHERE ? null : name;
}
