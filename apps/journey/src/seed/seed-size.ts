/** How large a made-up catalog is. */
export interface SeedSize {
  /** Live tags, exactly. */
  readonly tags: number;
  readonly repositories: number;
  readonly namespaces: number;
  /** How often each well-known base was rebuilt. */
  readonly baseBuilds: number;
}

/** The sizes by name; `tiny` is for tests, `small` shows that the bench works, `medium` is what the figures are about. */
export const SEED_SIZES = {
  tiny: { tags: 1_000, repositories: 60, namespaces: 8, baseBuilds: 3 },
  small: { tags: 10_000, repositories: 300, namespaces: 20, baseBuilds: 6 },
  medium: { tags: 1_000_000, repositories: 20_000, namespaces: 400, baseBuilds: 24 },
} as const satisfies Readonly<Record<string, SeedSize>>;

/** A size that can be asked for. */
export type SeedSizeName = keyof typeof SEED_SIZES;

/** Asks whether there is a size of this name. */
export function isSeedSizeName(name: string): name is SeedSizeName {
  return Object.hasOwn(SEED_SIZES, name);
}
