import { writeSourceState, type Catalog, type SourceState } from '@strata/catalog';

/** How often good news of a source is written at most; bad news is written at once. */
const GOOD_NEWS_EVERY_MS = 30_000;

/** Longest pause that any trouble puts a source in. */
const MAX_PAUSE_MS = 900_000;

/** Remembers how each source is doing and tells the catalog, so that a source in trouble is left alone by every worker. */
export interface SourceHealth {
  good(sourceId: number): Promise<void>;
  /** Writes the trouble and pauses the source: as long as the registry asked for, else longer each time. */
  bad(
    sourceId: number,
    trouble: { state: Exclude<SourceState, 'healthy'>; reason: string; askedMs: number | null },
  ): Promise<void>;
}

/** Opens the memory; `now` is in milliseconds since 1970. */
export function openSourceHealth(catalog: Catalog, now: () => number): SourceHealth {
  const failures = new Map<number, number>();
  const toldAt = new Map<number, number>();
  return {
    async good(sourceId) {
      const since = now() - (toldAt.get(sourceId) ?? 0);
      if (!failures.has(sourceId) && since < GOOD_NEWS_EVERY_MS) return;
      failures.delete(sourceId);
      toldAt.set(sourceId, now());
      await writeSourceState(catalog, sourceId, { state: 'healthy', reason: null, pauseMs: 0 });
    },
    async bad(sourceId, { state, reason, askedMs }) {
      const count = failures.get(sourceId) ?? 0;
      failures.set(sourceId, count + 1);
      const pauseMs = Math.min(askedMs ?? 500 * 2 ** Math.min(count, 20), MAX_PAUSE_MS);
      await writeSourceState(catalog, sourceId, { state, reason, pauseMs });
    },
  };
}
