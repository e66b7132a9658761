import { writeSourceState, type Catalog, type SourceState } from '@strata/catalog';

/** How often good news of a source is written at most; bad news is written at once. */
const GOOD_NEWS_EVERY_MS = 30_000;

const FIRST_PAUSE_MS = 500;

/** Longest pause that any trouble puts a source in. */
const MAX_PAUSE_MS = 900_000;

/** Remembers how each source is doing and tells the catalog, so that a source in trouble is left alone by every worker. */
export interface SourceHealth {
  /** A pause under way is served to its end all the same: what went well may have been asked before it. */
  good(sourceId: number): Promise<void>;
  /** Writes the trouble and pauses the source: as long as the registry asked for, else longer each time. */
  bad(
    sourceId: number,
    trouble: { state: Exclude<SourceState, 'healthy'>; reason: string; askedMs: number | null },
  ): Promise<void>;
}

interface Trouble {
  /** Pauses so far. */
  readonly count: number;
  readonly pausedUntilMs: number;
}

const NO_TROUBLE: Trouble = { count: 0, pausedUntilMs: 0 };

/** Opens the memory; `now` is in milliseconds since 1970. */
export function openSourceHealth(catalog: Catalog, now: () => number): SourceHealth {
  const troubles = new Map<number, Trouble>();
  const toldAt = new Map<number, number>();
  return {
    async good(sourceId) {
      const trouble = troubles.get(sourceId);
      const isTold = now() - (toldAt.get(sourceId) ?? 0) < GOOD_NEWS_EVERY_MS;
      if (trouble === undefined ? isTold : now() < trouble.pausedUntilMs) return;
      troubles.delete(sourceId);
      toldAt.set(sourceId, now());
      await writeSourceState(catalog, sourceId, { state: 'healthy', reason: null, pauseMs: 0 });
    },
    async bad(sourceId, { state, reason, askedMs }) {
      const { count, pausedUntilMs } = troubles.get(sourceId) ?? NO_TROUBLE;
      const isNews = now() >= pausedUntilMs; // else it was asked before the pause began, like others of its time
      const pauseMs = Math.min(askedMs ?? (isNews ? FIRST_PAUSE_MS * 2 ** Math.min(count, 20) : 0), MAX_PAUSE_MS);
      if (!isNews && now() + pauseMs <= pausedUntilMs) return;
      troubles.set(sourceId, { count: isNews ? count + 1 : count, pausedUntilMs: now() + pauseMs });
      await writeSourceState(catalog, sourceId, { state, reason, pauseMs });
    },
  };
}
