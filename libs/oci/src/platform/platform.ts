/**
 * Where an image runs, in normalised words (containerd's rules; OCI image-spec 1.1, image-index.md, "platform").
 * Only `normalizePlatform` makes one, so that equal platforms are equal values with equal names.
 */
export interface Platform {
  readonly os: string;
  readonly architecture: string;
  readonly variant: string | null;
  readonly osVersion: string | null;
  /** Sorted and unique. */
  readonly osFeatures: readonly string[];
}

/**
 * Asks whether any client could run this. `unknown` is what builders write beside things that are no images,
 * such as BuildKit's attestations.
 */
export function isRunnablePlatform(platform: Platform): boolean {
  return platform.os !== 'unknown' && platform.architecture !== 'unknown';
}
