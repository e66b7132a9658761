/**
 * Where an image runs, in normalised words (containerd's rules; OCI image-spec 1.1, image-index.md, "platform").
 * Only `normalizePlatform` and `parsePlatformName` make one.
 */
export interface Platform {
  readonly os: string;
  readonly architecture: string;
  readonly variant: string | null;
  readonly osVersion: string | null;
  /** Sorted and unique. */
  readonly osFeatures: readonly string[];
}
