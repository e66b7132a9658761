/**
 * Which tags are examined one by one while all of them are looked at: what is read of everything at once is old when it is
 * written, and must not undo what was found of those since.
 */
export interface ExaminedTags {
  /** Says that these are examined now, before anything is read of them. */
  note(tagIds: readonly bigint[]): void;
  /** Remembers them from now on, until `end`. */
  watch(): ExaminedSince;
}

/** What was examined since a moment. */
export interface ExaminedSince {
  has(tagId: number | bigint): boolean;
  end(): void;
}

/** Shared by all steps of one examination. */
export function openExaminedTags(): ExaminedTags {
  const watches = new Set<Set<bigint>>();
  return {
    note(tagIds) {
      for (const watch of watches) for (const id of tagIds) watch.add(id);
    },
    watch() {
      const seen = new Set<bigint>();
      watches.add(seen);
      return {
        has: (tagId) => seen.size > 0 && seen.has(BigInt(tagId)),
        end: () => watches.delete(seen),
      };
    },
  };
}
