import { formatPlatformName, isRunnablePlatform, type Platform } from '@strata/oci';
import { idOf } from '../dictionary/dictionary-ids.js';
import type { ManifestToWrite, ValidManifest } from './manifest-to-write.js';
import type { Vocabulary } from './written-manifest.js';

/** The platform that an image's config claims, or the document itself in schema 1; null for other kinds. */
export function claimedPlatform({ manifest, config }: ValidManifest): Platform | null {
  switch (manifest.kind) {
    case 'image':
      return config?.parsed?.platform ?? null;
    case 'schema1':
      return manifest.platform;
    case 'index':
    case 'artifact':
      return null;
  }
}

/** Canonical name of the platform that an image claims; null where it claims none that could run. */
export function runnablePlatform(written: ValidManifest): string | null {
  const platform = claimedPlatform(written);
  return platform !== null && isRunnablePlatform(platform) ? formatPlatformName(platform) : null;
}

/** The platforms that a manifest has of its own, by id: one for an image that says where it runs, none for everything else. */
export function ownPlatformSet(written: ManifestToWrite, { platforms }: Vocabulary): readonly number[] {
  const name = written.status === 'valid' ? runnablePlatform(written) : null;
  return name === null ? [] : [idOf(platforms, name)];
}
