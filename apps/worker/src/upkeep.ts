import { setTimeout as pause } from 'node:timers/promises';
import { countUses, foldTagCounts, forgetChanges, type Catalog } from '@strata/catalog';
import type { Logger } from '@strata/runtime';

/** How long after a placement or a tag its counts may be behind. */
const COUNT_EVERY_MS = 500;
const FORGET_EVERY_MS = 60_000;

/** Nobody who follows the changes is away for longer and still wants each of them. */
const KEEP_CHANGES_MS = 7 * 86_400_000;

/** Work on the catalog that nobody waits for; of several workers, one does it at a time. */
export interface Upkeep {
  /** Resolves when the turn under way is over. */
  close(): Promise<void>;
}

/** Counts live tags and the uses of layers, repositories and registries, and forgets old changes, until it is closed. */
export function openUpkeep(catalog: Catalog, now: () => Date, logger: Pick<Logger, 'warn'>): Upkeep {
  const closing = new AbortController();
  const run = async (): Promise<void> => {
    let forgottenAtMs = 0;
    while (!closing.signal.aborted) {
      const atMs = now().getTime();
      const isDue = atMs - forgottenAtMs >= FORGET_EVERY_MS;
      if (isDue) forgottenAtMs = atMs;
      const counted = await turn(isDue ? new Date(atMs - KEEP_CHANGES_MS) : null);
      if (counted === 0) await pause(COUNT_EVERY_MS, undefined, { signal: closing.signal }).catch(() => undefined);
    }
  };
  const turn = async (forgetBefore: Date | null): Promise<number> => {
    try {
      if (forgetBefore !== null) await forgetChanges(catalog.pool, forgetBefore);
      const folded = await foldTagCounts(catalog);
      return folded + (await countUses(catalog));
    } catch (error) {
      logger.warn({ err: error }, 'tags and uses were not counted; they are the next time');
      return 0;
    }
  };
  const running = run();
  return {
    close() {
      closing.abort();
      return running;
    },
  };
}
