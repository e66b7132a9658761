/** A month, and the moment that stands for it. */
export interface MonthEnd {
  /** `2026-11` */
  readonly month: string;
  readonly at: Date;
}

/** The last twelve months up to a moment, the oldest first, in UTC: each at its last millisecond, the last one at the moment. */
export function lastMonths(moment: Date): readonly MonthEnd[] {
  return Array.from({ length: 12 }, (_, index) => {
    const first = Date.UTC(moment.getUTCFullYear(), moment.getUTCMonth() - 11 + index, 1);
    const next = Date.UTC(moment.getUTCFullYear(), moment.getUTCMonth() - 10 + index, 1);
    return { month: monthOf(new Date(first)), at: new Date(Math.min(next - 1, moment.getTime())) };
  });
}

/** The month that a moment is in, in UTC. */
export function monthOf(moment: Date): string {
  return moment.toISOString().slice(0, 7);
}
