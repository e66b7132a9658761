import type { IncomingHttpHeaders } from 'node:http';
import { headerOf } from '../http/send.js';
import { LIMITS } from '../limits.js';
import { readQuota } from './read-quota.js';
import type { Request } from './request.js';

/** The distance that requests keep from each other once a registry says that few are left. */
export interface Distance {
  /** When the next request of this kind may leave, in milliseconds since 1970; 0: at any time. */
  nextAtMs(request: Request): number;
  /** Takes the place of a request that leaves at `atMs`. */
  take(request: Request, atMs: number): void;
  /** Learns from the registry's own answer. */
  learn(headers: IncomingHttpHeaders): void;
}

/** Fewer than this are few, where the registry does not say of how many. */
const FEW = 20;

/** Opens one without any distance. `concurrency`: how many requests may leave before the first answer is known. */
export function openDistance(concurrency: number, now: () => number): Distance {
  let gapMs = 0;
  let nextAtMs = 0;
  let pullsOnly = false;

  const counts = (request: Request) => !pullsOnly || isPull(request);

  return {
    nextAtMs: (request) => (counts(request) ? nextAtMs : 0),
    take(request, atMs) {
      if (counts(request) && gapMs > 0) nextAtMs = atMs + gapMs;
    },
    learn(headers) {
      const quota = readQuota(headers, now());
      if (quota === null) return;
      // Docker Hub counts nothing but GETs of manifests.
      pullsOnly = headerOf(headers, 'docker-ratelimit-source') !== null;
      if (quota.remaining > Math.max(quota.limit === null ? FEW : quota.limit / 10, 2 * concurrency)) {
        [gapMs, nextAtMs] = [0, 0];
        return;
      }
      const resetMs = Math.min(quota.resetMs ?? LIMITS.backOffMs, LIMITS.retryAfterMs);
      gapMs = resetMs / (quota.remaining + 1);
      const promisedAtMs = Math.min(nextAtMs, now() + resetMs); // to requests that wait already
      nextAtMs = Math.max(promisedAtMs, now() + gapMs);
    },
  };
}

function isPull({ method, url }: Request): boolean {
  return method === 'GET' && url.pathname.includes('/manifests/');
}
