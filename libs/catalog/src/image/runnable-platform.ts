import { formatPlatformName, isRunnablePlatform } from '@strata/oci';
import { idOf } from '../dictionary/dictionary-ids.js';
import type { ManifestToWrite, ValidManifest } from './manifest-to-write.js';
import type { Vocabulary } from './written-manifest.js';

/** Canonical name of the platform that an image's config claims; null for other kinds, and where it claims none that could run. */
export function runnablePlatform({ manifest, config }: ValidManifest): string | null {
  const platform = manifest.kind === 'image' ? (config?.parsed?.platform ?? null) : null;
  return platform !== null && isRunnablePlatform(platform) ? formatPlatformName(platform) : null;
}

/** The platforms that a manifest has of its own, by id: one for an image that says where it runs, none for everything else. */
export function ownPlatformSet(written: ManifestToWrite, { platforms }: Vocabulary): readonly number[] {
  const name = written.status === 'valid' ? runnablePlatform(written) : null;
  return name === null ? [] : [idOf(platforms, name)];
}
