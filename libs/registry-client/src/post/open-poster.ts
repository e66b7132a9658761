import { lookup as systemLookup } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { Agent, type Dispatcher } from 'undici';
import { guardedConnector } from '../address/guarded-connector.js';
import { parseRetryAfter } from '../answer/retry-after.js';
import { readBody } from '../http/read-body.js';
import { headerOf } from '../http/send.js';
import { withinLimits } from '../http/within-limits.js';
import { LIMITS } from '../limits.js';
import { USER_AGENT } from '../user-agent.js';

/** What is sent. The URL may be a secret as a whole: nothing of it but its host stands in an error. */
export interface PostedMessage {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** What the receiver said; nothing of its body is kept. */
export interface PostAnswer {
  readonly status: number;
  /** How long it asks to be left alone, in milliseconds, at most a day; null where it does not. */
  readonly retryAfterMs: number | null;
}

/** The way to one receiver of messages. */
export interface Poster {
  /**
   * Sends one message and reads the answer under a ceiling. Redirects are answers like any other: what is signed for one
   * address goes to no second one. Throws `RegistryError`: `forbidden-address` before a byte has left, `unavailable` when
   * there was no answer in time, `bad-response` for one that is no HTTP.
   */
  post(message: PostedMessage, signal?: AbortSignal): Promise<PostAnswer>;
  /** Ends what is under way. */
  close(): Promise<void>;
}

/** Where messages go, and how. */
export interface PosterOptions {
  readonly url: URL;
  /** Loopback, link-local and private addresses are refused unless this is set, also when a name turns into one. */
  readonly allowPrivateNetwork: boolean;
  /** Messages under way at once. */
  readonly concurrency: number;
  /** For one message and its answer. */
  readonly timeoutMs: number;
  /** Turns names into addresses. Default: the system's resolver. */
  readonly lookup?: LookupFunction;
  /** The time in milliseconds since 1970. Default: the system's clock. */
  readonly now?: () => number;
}

/** Opens it, with connections of its own: a receiver that is slow keeps nobody else waiting. */
export function openPoster({ url, concurrency, timeoutMs, now = Date.now, ...access }: PosterOptions): Poster {
  const rule = {
    ownHost: url.hostname.replace(/^\[|\]$/g, ''),
    allowPrivateNetwork: access.allowPrivateNetwork,
  };
  const connect = guardedConnector(rule, {
    lookup: access.lookup ?? systemLookup,
    timeoutMs,
    tls: { own: null, others: null, insecure: false },
  });
  const dispatcher = new Agent({ connect, connections: concurrency, pipelining: 1 });
  return {
    post: (message, signal) =>
      withinLimits(timeoutMs, signal, (limited) => send({ dispatcher, url, timeoutMs, now }, message, limited)),
    close: () => dispatcher.destroy(),
  };
}

async function send(
  line: Pick<PosterOptions, 'url' | 'timeoutMs'> & { readonly dispatcher: Dispatcher; readonly now: () => number },
  { headers, body }: PostedMessage,
  signal: AbortSignal,
): Promise<PostAnswer> {
  const { dispatcher, url, timeoutMs, now } = line;
  const answer = await dispatcher.request({
    origin: url.origin,
    path: url.pathname + url.search,
    method: 'POST',
    headers: { 'user-agent': USER_AGENT, ...headers },
    body,
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
    signal,
  });
  answer.body.on('error', () => undefined); // of a body that is let go half-way
  // Read only so that the connection can be used again: the receiver has spoken already.
  await readBody(answer.body, LIMITS.errorBytes).catch(() => undefined);
  answer.body.destroy();
  const retryAfterMs = parseRetryAfter(headerOf(answer.headers, 'retry-after'), now(), LIMITS.postRetryAfterMs);
  return { status: answer.statusCode, retryAfterMs };
}
