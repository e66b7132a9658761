import { setTimeout as pause } from 'node:timers/promises';
import {
  analyseGrownTables,
  countUses,
  expireDeliveries,
  foldFindingCounts,
  foldTagCounts,
  forgetChanges,
  pruneDeliveries,
  type Catalog,
} from '@strata/catalog';
import type { Logger } from '@strata/runtime';

/** How long after a placement or a tag its counts may be behind. */
const COUNT_EVERY_MS = 500;
const FORGET_EVERY_MS = 60_000;

/** A catalog that is being filled doubles within seconds at first. */
const ANALYSE_EVERY_MS = 2_000;

/** Nobody who follows the changes is away for longer and still wants each of them. */
const DAY_MS = 86_400_000;
const KEEP_CHANGES_MS = 7 * DAY_MS;

/** A webhook that has not read them by then has lost them, and is told so. */
const KEEP_UNREAD_MS = 30 * DAY_MS;

/** How long it can be seen what was sent to webhooks. */
const KEEP_DELIVERIES_MS = 30 * DAY_MS;

/** The retries of a message take three days; what waits for longer has no receiver. */
const SEND_WITHIN_MS = 4 * DAY_MS;

/** Work on the catalog that nobody waits for; of several workers, one does it at a time. */
export interface Upkeep {
  /** Resolves when the turn under way is over. */
  close(): Promise<void>;
}

/**
 * Counts live tags, findings and the uses of layers, repositories and registries, forgets old changes and messages, and
 * keeps the planner informed of a catalog that grows quickly, until it is closed.
 */
export function openUpkeep(catalog: Catalog, now: () => Date, logger: Pick<Logger, 'warn'>): Upkeep {
  const closing = new AbortController();
  const isTimeToForget = every(FORGET_EVERY_MS);
  const isTimeToAnalyse = every(ANALYSE_EVERY_MS);
  const run = async (): Promise<void> => {
    while (!closing.signal.aborted) {
      const counted = await turn(now().getTime());
      if (counted === 0) await pause(COUNT_EVERY_MS, undefined, { signal: closing.signal }).catch(() => undefined);
    }
  };
  const turn = async (atMs: number): Promise<number> => {
    try {
      if (isTimeToForget(atMs)) await forget(catalog, atMs);
      if (isTimeToAnalyse(atMs)) await analyseGrownTables(catalog.pool);
      const folded = (await foldTagCounts(catalog)) + (await foldFindingCounts(catalog));
      return folded + (await countUses(catalog));
    } catch (error) {
      logger.warn({ err: error }, 'tags, findings and uses were not counted; they are the next time');
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

/** Says yes the first time that it is asked, and then once in so long. */
function every(periodMs: number): (atMs: number) => boolean {
  let lastMs = Number.NEGATIVE_INFINITY;
  return (atMs) => {
    if (atMs - lastMs < periodMs) return false;
    lastMs = atMs;
    return true;
  };
}

async function forget({ pool }: Catalog, nowMs: number): Promise<void> {
  const ago = (ms: number): Date => new Date(nowMs - ms);
  await forgetChanges(pool, { before: ago(KEEP_CHANGES_MS), unreadBefore: ago(KEEP_UNREAD_MS) });
  await expireDeliveries(pool, ago(SEND_WITHIN_MS), new Date(nowMs));
  await pruneDeliveries(pool, ago(KEEP_DELIVERIES_MS));
}
