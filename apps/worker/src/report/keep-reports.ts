import { setTimeout as pause } from 'node:timers/promises';
import { takeSnapshot, type Catalog, type SnapshotPlan } from '@strata/catalog';
import type { Logger } from '@strata/runtime';

/** How late a snapshot may be. One that could not be made is tried again after as long. */
const LOOK_EVERY_MS = 30_000;

/** Makes the reports that are to be kept; of several workers, one makes each. */
export interface ReportKeeper {
  /** Resolves when the report under way is kept. */
  close(): Promise<void>;
}

/** Makes what is due until it is closed. A plan that fails delays no other. */
export function openReportKeeper(
  catalog: Catalog,
  plans: readonly SnapshotPlan[],
  { now, logger }: { readonly now: () => Date; readonly logger: Pick<Logger, 'info' | 'warn'> },
): ReportKeeper {
  const closing = new AbortController();
  const keep = async (plan: SnapshotPlan): Promise<void> => {
    try {
      if (await takeSnapshot(catalog, plan, now())) logger.info({ report: plan.name }, 'a report was made and kept');
    } catch (error) {
      logger.warn({ err: error, report: plan.name }, 'a report could not be made; it is tried again');
    }
  };
  const running = (async () => {
    while (plans.length > 0 && !closing.signal.aborted) {
      for (const plan of plans) if (!closing.signal.aborted) await keep(plan);
      await pause(LOOK_EVERY_MS, undefined, { signal: closing.signal }).catch(() => undefined);
    }
  })();
  return {
    close() {
      closing.abort();
      return running;
    },
  };
}
