/** A duration before now, as ISO 8601 writes it, in whole weeks, days, hours and minutes: `-P90D`, `-P2W`, `-PT36H`. */
const RELATIVE = /^-P(?:([1-9]\d{0,4})W|(?:(\d{1,5})D)?(?:T(?:(\d{1,6})H)?(?:(\d{1,7})M)?)?)$/;

const MINUTE_MS = 60_000;
const MINUTES = { week: 10_080, day: 1_440, hour: 60 } as const;

/**
 * Reads a moment that is said as a duration before `now`; null for a text that is none. Months and years are left out,
 * because they are not always as long.
 */
export function readRelativeTime(text: string, now: Date): Date | null {
  const parts = RELATIVE.exec(text);
  if (parts === null || text.endsWith('P') || text.endsWith('T')) return null;
  const [weeks, days, hours, minutes] = parts.slice(1).map((part) => Number(part ?? 0));
  const total = (weeks ?? 0) * MINUTES.week + (days ?? 0) * MINUTES.day + (hours ?? 0) * MINUTES.hour + (minutes ?? 0);
  return new Date(now.getTime() - total * MINUTE_MS);
}
