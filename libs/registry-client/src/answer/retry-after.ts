import { LIMITS } from '../limits.js';

const HTTP_DATE =
  /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d{2} (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d{4} \d{2}:\d{2}:\d{2} GMT$/;

/**
 * How long somebody asks to be left alone, in milliseconds from `nowMs` (RFC 9110, 10.2.3): whole seconds or a date,
 * at most `ceilingMs`, for a registry 15 minutes. Null for anything else, so that garbage means "as if it had not been said".
 */
export function parseRetryAfter(
  text: string | null,
  nowMs: number,
  ceilingMs: number = LIMITS.retryAfterMs,
): number | null {
  const value = text?.trim() ?? '';
  if (/^\d{1,15}$/.test(value)) return Math.min(Number(value) * 1_000, ceilingMs);
  if (!HTTP_DATE.test(value)) return null;
  const waitMs = Date.parse(value) - nowMs;
  return Number.isNaN(waitMs) ? null : Math.min(Math.max(waitMs, 0), ceilingMs);
}
