import { LIMITS } from '../limits.js';
import { RegistryError } from '../registry-error.js';
import { openBucket, type Rate } from './bucket.js';
import { openDistance } from './distance.js';
import { openPause } from './pause.js';
import type { Reply, Request } from './request.js';

/** The one gate through which all requests on behalf of a registry leave. */
export interface Pace {
  /**
   * Waits for the moment at which a request may leave, and returns it in milliseconds since 1970. Throws
   * `rate-limited` at once, with the time to wait, where that moment is more than five seconds away: whoever asks has
   * better things to do than to hold a place.
   */
  enter(request: Request, signal: AbortSignal): Promise<number>;
  /** Learns from an answer. Returns for how many milliseconds the registry is left alone because of it; null: it is not. */
  learn(request: Request, reply: Reply, leftAtMs: number): number | null;
}

/** What a pace needs; time and chance are parameters. */
export interface PaceSettings {
  readonly baseUrl: URL;
  readonly rate: Rate;
  /** Requests that may be under way at once. */
  readonly concurrency: number;
  readonly now: () => number;
  readonly random: () => number;
  readonly sleep: (delayMs: number, signal: AbortSignal) => Promise<void>;
}

/** Opens the gate of one registry. Throws `RangeError` for a rate that lets nothing through. */
export function openPace({ baseUrl, rate, concurrency, now, random, sleep }: PaceSettings): Pace {
  const bucket = openBucket(rate);
  const pause = openPause(now, random);
  const distance = openDistance(concurrency, now);
  const isOwn = ({ url }: Request) => url.origin === baseUrl.origin;

  function reserve(request: Request): number {
    const nowMs = now();
    const distantMs = isOwn(request) ? distance.nextAtMs(request) : 0;
    const atMs = Math.max(bucket.nextAtMs(nowMs), pause.untilMs(), distantMs);
    if (atMs - nowMs > LIMITS.waitMs) throw leftAlone(baseUrl, atMs - nowMs);
    bucket.take(atMs);
    if (isOwn(request)) distance.take(request, atMs);
    return atMs;
  }

  return {
    async enter(request, signal) {
      for (;;) {
        const waitMs = reserve(request) - now();
        if (waitMs > 0) await sleep(waitMs, signal);
        if (pause.untilMs() <= now()) return now(); // else a pause began meanwhile
      }
    },
    learn(request, reply, leftAtMs) {
      if (isOwn(request)) distance.learn(reply.headers);
      return pause.learn(reply, leftAtMs);
    },
  };
}

function leftAlone({ host }: URL, waitMs: number): RegistryError {
  const retryAfterMs = Math.ceil(waitMs);
  return new RegistryError('rate-limited', `the registry at ${host} is left alone for ${retryAfterMs} ms`, {
    retryAfterMs,
  });
}
