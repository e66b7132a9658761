import { setTimeout as pause } from 'node:timers/promises';
import { findChangeHorizon, listenChanges, type Catalog, type ChangePosition } from '@strata/catalog';
import type { Logger } from '@strata/runtime';

/** A watch over the feed of changes. */
export interface FeedWatch {
  /** How far the feed could be read at the last look. */
  readonly horizon: () => ChangePosition;
  readonly stop: () => void;
}

/** The floor below the notifications, which are lost while a connection is made again. */
const POLL_MS = 1_000;

/** After a look, so that many small commits are read together. */
const REST_MS = 20;

/**
 * Calls `onLook` whenever the feed may be readable further: on a notification, soon and then less often while changes are
 * held back by another transaction (whose end nobody tells), and every second. A database that is away is asked again.
 * Throws what the first look throws.
 */
export async function watchFeed(
  { catalog, logger }: { readonly catalog: Pick<Catalog, 'pool'>; readonly logger: Logger },
  onLook: (horizon: ChangePosition) => void,
): Promise<FeedWatch> {
  const stopped = new AbortController();
  const news = bell();
  let seen = await findChangeHorizon(catalog.pool);
  let isAway = false;

  const look = async (): Promise<void> => {
    try {
      seen = await findChangeHorizon(catalog.pool);
      isAway = false;
      if (!stopped.signal.aborted) onLook(seen.position);
    } catch (error) {
      if (!isAway) logger.warn({ err: error }, 'changes cannot be read; it is tried again every second');
      isAway = true;
    }
  };
  const watch = async (): Promise<void> => {
    let heldMs = REST_MS;
    while (!stopped.signal.aborted) {
      await look();
      const isHeldBack = seen.isHeldBack && !isAway;
      heldMs = isHeldBack ? Math.min(2 * heldMs, POLL_MS) : REST_MS;
      await pause(REST_MS);
      await news.rungWithin(isHeldBack ? heldMs : POLL_MS, stopped.signal);
    }
  };
  const listener = listenChanges(catalog, {
    onNews: news.ring,
    onError: (error) => logger.debug({ err: error }, 'changes are not heard of; they are looked for every second'),
  });
  void watch();
  return {
    horizon: () => seen.position,
    stop() {
      stopped.abort();
      void listener.close();
    },
  };
}

/** Remembers one ring, so that none is missed between two waits. */
function bell(): {
  readonly ring: () => void;
  readonly rungWithin: (limitMs: number, stopped: AbortSignal) => Promise<void>;
} {
  let isRung = false;
  let wake = (): void => undefined;
  return {
    ring() {
      isRung = true;
      wake();
    },
    async rungWithin(limitMs, stopped) {
      if (!isRung) {
        const waited = new AbortController();
        const limit = pause(limitMs, undefined, { signal: AbortSignal.any([stopped, waited.signal]) });
        await Promise.race([new Promise<void>((resolve) => (wake = resolve)), limit.catch(() => undefined)]);
        waited.abort();
      }
      isRung = false;
    },
  };
}
