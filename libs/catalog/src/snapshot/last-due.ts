/** How often a snapshot is taken: every so many milliseconds, or on the first day of each week (Monday) or month; in UTC. */
export type SnapshotInterval = 'week' | 'month' | { readonly everyMs: number };

/** 1970-01-05, the first Monday that there was. */
const FIRST_MONDAY_MS = 4 * 86_400_000;
const WEEK_MS = 7 * 86_400_000;

/**
 * The last moment at or before `now` at which a snapshot was due; `atMs` is the time of day. The moments are the same for
 * every process and every restart, so that each of them has one snapshot, and those that nobody was there for have none.
 */
export function lastDue(interval: SnapshotInterval, atMs: number, now: Date): Date {
  if (interval === 'month') return lastMonthly(atMs, now);
  const [everyMs, firstMs] = interval === 'week' ? [WEEK_MS, FIRST_MONDAY_MS + atMs] : [interval.everyMs, atMs];
  return new Date(firstMs + Math.floor((now.getTime() - firstMs) / everyMs) * everyMs);
}

function lastMonthly(atMs: number, now: Date): Date {
  const dueIn = (month: number): number => Date.UTC(now.getUTCFullYear(), month, 1) + atMs;
  const thisMonth = dueIn(now.getUTCMonth());
  return new Date(thisMonth <= now.getTime() ? thisMonth : dueIn(now.getUTCMonth() - 1));
}
