import { parseRetryAfter } from '../answer/retry-after.js';
import { headerOf } from '../http/send.js';
import { LIMITS } from '../limits.js';
import type { Reply } from './request.js';

/** The time for which a registry is left alone because it asked for it. */
export interface Pause {
  /** In milliseconds since 1970; 0 before the first. */
  untilMs(): number;
  /** Learns from the answer to a request that left at `leftAtMs`. Returns how long the pause is from now; null: the answer asks for none. */
  learn(reply: Reply, leftAtMs: number): number | null;
}

const FIRST_BACK_OFF_MS = 1_000;

/** Opens one that is over. `random`: from 0 up to, not including, 1. */
export function openPause(now: () => number, random: () => number): Pause {
  let untilMs = 0;
  let refusals = 0;

  /** Anywhere between nothing and 2^n seconds, at most a minute ("full jitter"). */
  const backOffMs = () =>
    Math.ceil(random() * Math.min(FIRST_BACK_OFF_MS * 2 ** Math.min(refusals, 20), LIMITS.backOffMs));

  return {
    untilMs: () => untilMs,
    learn({ status, headers }, leftAtMs) {
      const askedMs = status >= 400 ? parseRetryAfter(headerOf(headers, 'retry-after'), now()) : null;
      const isNews = leftAtMs >= untilMs; // else it left before the pause began, like others of its time
      if (status !== 429 && askedMs === null) {
        if (status < 500 && isNews) refusals = 0;
        return null;
      }
      const pauseMs = askedMs ?? (isNews ? backOffMs() : 0);
      if (isNews) refusals += 1;
      untilMs = Math.max(untilMs, now() + pauseMs);
      return untilMs - now();
    },
  };
}
