import { randomUUID } from 'node:crypto';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';

/** Where a fake registry reports to, set up as an operator would (Distribution, "Notifications"). */
export interface NotificationEndpoint {
  readonly url: string;
  /** Sent with every event; this is where a bearer token stands. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly ignoreActions?: readonly string[];
  readonly ignoreMediaTypes?: readonly string[];
  /** Default: 1,000. */
  readonly timeoutMs?: number;
  /** Failures in a row after which there is a pause between tries. Default: 10. */
  readonly threshold?: number;
  /** That pause. Default: 1,000. */
  readonly backoffMs?: number;
}

/** What happened, before it is an event with an id and a time. */
export interface EventSeed {
  readonly action: 'push' | 'pull' | 'mount' | 'delete';
  readonly target: Readonly<Record<string, unknown>> & { readonly mediaType: string; readonly repository: string };
  readonly request: Readonly<Record<string, string>>;
  readonly actor: string | null;
}

/** One endpoint's queue. */
export interface Notifier {
  accept(event: EventSeed): void;
  pending(): number;
  /** Resolves when nothing is waiting. */
  drained(): Promise<void>;
  /** Forgets what is waiting, as a registry does when it stops. */
  stop(): void;
}

/** The content type of Distribution 3; the older one ends in `v1+json`. */
export const EVENTS_MEDIA_TYPE = 'application/vnd.docker.distribution.events.v2+json';

/**
 * Sends events as Distribution does: one at a time per endpoint, one per request, each over a connection of
 * its own, the first until it is taken and only then the next, and none after it stops.
 */
export function startNotifier(endpoint: NotificationEndpoint, source: { addr: string; instanceID: string }): Notifier {
  const queue: string[] = [];
  const stopped = new AbortController();
  const idle: (() => void)[] = [];
  let isRunning = false;

  async function deliverAll(): Promise<void> {
    let failures = 0;
    for (let next = queue[0]; next !== undefined && !stopped.signal.aborted; next = queue[0]) {
      if (await post(endpoint, next, stopped.signal)) {
        queue.shift();
        failures = 0;
      } else {
        failures += 1;
        const pauseMs = failures >= (endpoint.threshold ?? 10) ? (endpoint.backoffMs ?? 1_000) : 1;
        await sleep(pauseMs, undefined, { signal: stopped.signal }).catch(() => undefined);
      }
    }
    isRunning = false;
    for (const tell of idle.splice(0)) tell();
  }

  return {
    accept(seed) {
      if (endpoint.ignoreActions?.includes(seed.action) === true) return;
      if (endpoint.ignoreMediaTypes?.includes(seed.target.mediaType) === true) return;
      queue.push(envelopeOf(seed, source));
      if (isRunning) return;
      isRunning = true;
      void deliverAll(); // never rejects
    },
    pending: () => queue.length,
    drained: () => (isRunning ? new Promise((resolve) => idle.push(resolve)) : Promise.resolve()),
    stop() {
      queue.length = 0;
      stopped.abort();
    },
  };
}

function envelopeOf(seed: EventSeed, source: { readonly addr: string; readonly instanceID: string }): string {
  const event = {
    id: randomUUID(),
    timestamp: new Date().toISOString(),
    action: seed.action,
    target: seed.target,
    request: { id: randomUUID(), ...seed.request },
    actor: seed.actor === null ? {} : { name: seed.actor },
    source,
  };
  return JSON.stringify({ events: [event] }, null, 3);
}

/** Any final status below 400 counts as taken, redirects included: that is how Distribution loses events. */
function post(endpoint: NotificationEndpoint, body: string, stop: AbortSignal): Promise<boolean> {
  const send = endpoint.url.startsWith('https:') ? httpsRequest : httpRequest;
  const signal = AbortSignal.any([stop, AbortSignal.timeout(endpoint.timeoutMs ?? 1_000)]);
  return new Promise((resolve) => {
    const headers = {
      'user-agent': 'Go-http-client/1.1',
      'content-type': EVENTS_MEDIA_TYPE,
      'content-length': String(Buffer.byteLength(body)),
      ...endpoint.headers,
    };
    const request = send(endpoint.url, { method: 'POST', agent: false, headers, signal }, (response) => {
      response.on('error', () => resolve(false)).resume();
      const { statusCode = 500 } = response;
      response.on('end', () => resolve(statusCode >= 200 && statusCode < 400));
    });
    request.on('error', () => resolve(false));
    request.end(body);
  });
}
