import type { IncomingHttpHeaders } from 'node:http';
import { headerOf } from '../http/send.js';

/** What an answer says about the requests that are left. */
export interface Quota {
  /** Of one window; null where it is not said. */
  readonly limit: number | null;
  readonly remaining: number;
  /** Until there are more again, in milliseconds from now; null where it is not said. */
  readonly resetMs: number | null;
}

/**
 * Reads the `RateLimit` headers of every generation: the fields of the current IETF draft, its older three headers,
 * Docker Hub's with a window in seconds, and the `X-RateLimit` ones whose reset may be a time since 1970. The tightest
 * of several windows counts. Null where nothing usable is said.
 */
export function readQuota(headers: IncomingHttpHeaders, nowMs: number): Quota | null {
  const structured = structuredQuota(headers);
  if (structured !== null) return structured;
  for (const prefix of ['ratelimit', 'x-ratelimit', 'x-rate-limit']) {
    const remaining = firstNumber(headerOf(headers, `${prefix}-remaining`));
    if (remaining === null) continue;
    const limitText = headerOf(headers, `${prefix}-limit`);
    const reset = firstNumber(headerOf(headers, `${prefix}-reset`));
    const windowSeconds = parameterOf(headerOf(headers, `${prefix}-remaining`), 'w') ?? parameterOf(limitText, 'w');
    return {
      limit: firstNumber(limitText),
      remaining,
      resetMs: reset === null ? (windowSeconds === null ? null : windowSeconds * 1_000) : untilReset(reset, nowMs),
    };
  }
  return null;
}

/** `RateLimit: "name";r=3;t=10` and the draft before it, `limit=10, remaining=3, reset=10`. */
function structuredQuota(headers: IncomingHttpHeaders): Quota | null {
  const text = headerOf(headers, 'ratelimit');
  if (text === null) return null;
  const older = namedNumber(text, 'remaining');
  if (older !== null) {
    const reset = namedNumber(text, 'reset');
    return { limit: namedNumber(text, 'limit'), remaining: older, resetMs: reset === null ? null : reset * 1_000 };
  }
  const windows = text.split(',').flatMap((item, at): Quota[] => {
    const remaining = parameterOf(item, 'r');
    if (remaining === null) return [];
    const seconds = parameterOf(item, 't');
    const policy = (headerOf(headers, 'ratelimit-policy') ?? '').split(',')[at] ?? null;
    return [{ limit: parameterOf(policy, 'q'), remaining, resetMs: seconds === null ? null : seconds * 1_000 }];
  });
  return windows.reduce<Quota | null>(
    (tightest, one) => (tightest === null || one.remaining < tightest.remaining ? one : tightest),
    null,
  );
}

/** Seconds from now, or a time since 1970 in seconds or milliseconds. */
function untilReset(reset: number, nowMs: number): number {
  const untilMs = reset > 1e12 ? reset - nowMs : reset > 1e9 ? reset * 1_000 - nowMs : reset * 1_000;
  return Math.max(untilMs, 0);
}

function firstNumber(text: string | null): number | null {
  const [, digits] = /^\s*(\d{1,15})(?=\s*(?:[;,]|$))/.exec(text ?? '') ?? [];
  return digits === undefined ? null : Number(digits);
}

function parameterOf(text: string | null, name: 'w' | 'q' | 'r' | 't'): number | null {
  const [, digits] = new RegExp(`;\\s*${name}=(\\d{1,15})(?!\\d)`).exec(text ?? '') ?? [];
  return digits === undefined ? null : Number(digits);
}

function namedNumber(text: string, name: 'limit' | 'remaining' | 'reset'): number | null {
  const [, digits] = new RegExp(`(?:^|[\\s,])${name}=(\\d{1,15})(?!\\d)`).exec(text) ?? [];
  return digits === undefined ? null : Number(digits);
}
