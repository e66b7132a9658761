/**
 * How long to wait before the next look at what disagrees with its event. The first is for the common case: the
 * registry announces a push just before it moves the tag. The last comes after it has surely finished.
 */
const LOOKS_MS = [150, 2_000, 15_000, 60_000] as const;

/** Null: enough looks were taken, and what the registry says now is so. */
export function nextLookMs(looks: number): number | null {
  return LOOKS_MS[looks] ?? null;
}
