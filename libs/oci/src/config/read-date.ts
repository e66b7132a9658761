const RFC3339 = /^(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(?:\.\d+)?(?:[Zz]|[+-]\d\d:\d\d)$/;

/**
 * Reads a moment as RFC 3339 writes it, to the millisecond; null when it is not one, such as 30 February. The moments
 * that reproducible builds use (years 1 and 1970) are moments like any other.
 */
export function readDate(text: string): Date | null {
  const [, year, month, day] = RFC3339.exec(text) ?? [];
  if (year === undefined || Number(day) > daysIn(Number(year), Number(month))) return null;
  const date = new Date(text.toUpperCase());
  return Number.isNaN(date.getTime()) ? null : date;
}

/** Years below 100 are moved by 2,000, which has the same calendar, because `Date` takes them for the last century. */
function daysIn(year: number, month: number): number {
  return new Date(Date.UTC(year < 100 ? year + 2_000 : year, month, 0)).getUTCDate();
}
