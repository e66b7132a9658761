import { refuse, type Call } from './call.js';

/** How a registry limits those who read it. */
export interface FakeRateLimit {
  /** Requests in each window. */
  readonly limit: number;
  readonly windowMs: number;
  /** What it tells about the limit in every answer; the window's end is told in seconds. */
  readonly headers?: 'none' | 'ratelimit' | 'x-ratelimit' | 'docker-hub' | 'structured';
  /** What a 429 says about coming back. */
  readonly retryAfter?: 'none' | 'seconds' | 'date';
  /** Whether HEAD counts. Default: true. */
  readonly countsHead?: boolean;
}

/** Counts requests in windows and refuses those beyond the limit. */
export interface RateLimit {
  set(rule: FakeRateLimit | null): void;
  /** Answers 429 and returns false when the window is used up. */
  admits(call: Call): boolean;
}

/** Opens a limit that lets everything through until it is set. */
export function openRateLimit(now: () => number): RateLimit {
  let rule: FakeRateLimit | null = null;
  let window = { startMs: 0, used: 0 };
  return {
    set(next) {
      rule = next;
      window = { startMs: now(), used: 0 };
    },
    admits(call) {
      if (rule === null) return true;
      if (now() >= window.startMs + rule.windowMs) window = { startMs: now(), used: 0 };
      const counts = rule.countsHead !== false || call.request.method !== 'HEAD';
      if (counts) window.used += 1;
      const resetSeconds = Math.ceil((window.startMs + rule.windowMs - now()) / 1_000);
      const headers = headersOf(rule, Math.max(rule.limit - window.used, 0), resetSeconds);
      for (const [name, value] of Object.entries(headers)) call.response.setHeader(name, value);
      if (!counts || window.used <= rule.limit) return true;
      refuse(call, 429, 'TOOMANYREQUESTS', 'slow down', retryAfterOf(rule, now(), resetSeconds));
      return false;
    },
  };
}

function headersOf({ headers, limit, windowMs }: FakeRateLimit, remaining: number, resetSeconds: number) {
  switch (headers ?? 'none') {
    case 'none':
      return {};
    case 'ratelimit':
      return {
        'ratelimit-limit': String(limit),
        'ratelimit-remaining': String(remaining),
        'ratelimit-reset': String(resetSeconds),
      };
    case 'x-ratelimit':
      return {
        'x-ratelimit-limit': String(limit),
        'x-ratelimit-remaining': String(remaining),
        'x-ratelimit-reset': String(resetSeconds),
      };
    case 'docker-hub':
      return {
        'ratelimit-limit': `${limit};w=${windowMs / 1_000}`,
        'ratelimit-remaining': `${remaining};w=${windowMs / 1_000}`,
        'docker-ratelimit-source': '192.0.2.1',
      };
    case 'structured':
      return {
        'ratelimit-policy': `"reads";q=${limit};w=${windowMs / 1_000}`,
        ratelimit: `"reads";r=${remaining};t=${resetSeconds}`,
      };
  }
}

function retryAfterOf({ retryAfter }: FakeRateLimit, nowMs: number, resetSeconds: number): Record<string, string> {
  switch (retryAfter ?? 'none') {
    case 'none':
      return {};
    case 'seconds':
      return { 'retry-after': String(resetSeconds) };
    case 'date':
      return { 'retry-after': new Date(nowMs + resetSeconds * 1_000).toUTCString() };
  }
}
