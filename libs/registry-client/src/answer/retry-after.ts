import { LIMITS } from '../limits.js';

const HTTP_DATE =
  /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d{2} (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d{4} \d{2}:\d{2}:\d{2} GMT$/;

/**
 * How long a registry asks to be left alone, in milliseconds from `nowMs` (RFC 9110, 10.2.3): whole seconds or
 * a date, at most 15 minutes. Null for anything else, so that garbage means "as if it had not been said".
 */
export function parseRetryAfter(text: string | null, nowMs: number): number | null {
  const value = text?.trim() ?? '';
  if (/^\d{1,15}$/.test(value)) return Math.min(Number(value) * 1_000, LIMITS.retryAfterMs);
  if (!HTTP_DATE.test(value)) return null;
  const waitMs = Date.parse(value) - nowMs;
  return Number.isNaN(waitMs) ? null : Math.min(Math.max(waitMs, 0), LIMITS.retryAfterMs);
}
