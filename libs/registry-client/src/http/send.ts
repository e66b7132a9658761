import type { IncomingHttpHeaders } from 'node:http';
import type { Readable } from 'node:stream';
import type { Dispatcher } from 'undici';
import type { Pace } from '../manners/pace.js';
import type { Method } from '../manners/request.js';
import { LIMITS } from '../limits.js';
import { RegistryError } from '../registry-error.js';
import { USER_AGENT } from '../user-agent.js';
import { readBody } from './read-body.js';

/** One HTTP request: a question to a registry, one for a token, or what a writer sends. */
export interface Ask {
  readonly method: Method;
  /** Of a request that writes; kept whole, so that it can be sent again. */
  readonly body?: Uint8Array;
  /** Of a POST; it may hold credentials. */
  readonly form?: URLSearchParams;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  /** Of a 2xx body; more is `too-large`. */
  readonly ceilingBytes: number;
}

/** One HTTP answer, read to its end or to the ceiling for errors. */
export interface Answer {
  readonly method: Method;
  /** Where the answer came from, after redirects. */
  readonly url: URL;
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Uint8Array;
  /** For how long the registry is left alone because of this answer; null: it is not. */
  readonly pauseMs: number | null;
}

/** What is needed to send: a pool of connections, how long they may be silent, and the gate they all pass. */
export interface Line {
  readonly dispatcher: Dispatcher;
  readonly idleTimeoutMs: number;
  readonly pace: Pace;
}

/** Sends one request as soon as manners allow and reads the answer under its ceiling. Redirects are returned, not followed. */
export async function send(line: Line, ask: Ask, signal: AbortSignal): Promise<Answer> {
  const { body, ...head } = await begin(line, ask, signal);
  return readAnswer(ask, head, body);
}

/** An answer whose body, where there is content, is left to the caller to read or to destroy. */
export interface StreamedAnswer extends Answer {
  /** Null unless the status is 200. */
  readonly stream: Readable | null;
}

/** As `send`, for content that is too large to be kept; it is read without a ceiling. */
export async function sendStreamed(line: Line, ask: Ask, signal: AbortSignal): Promise<StreamedAnswer> {
  const { body, ...head } = await begin(line, ask, signal);
  if (head.status !== 200) return { ...(await readAnswer(ask, head, body)), stream: null };
  return { ...head, body: new Uint8Array(), stream: body };
}

type Head = Omit<Answer, 'body'>;

async function begin(line: Line, ask: Ask, signal: AbortSignal): Promise<Head & { readonly body: Readable }> {
  const leftAtMs = await line.pace.enter(ask, signal);
  const {
    statusCode: status,
    headers,
    body,
  } = await line.dispatcher.request({
    origin: ask.url.origin,
    path: ask.url.pathname + ask.url.search,
    method: ask.method,
    headers: {
      'user-agent': USER_AGENT,
      'accept-encoding': 'identity',
      ...ask.headers,
      ...(ask.form === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' }),
    },
    ...(ask.form === undefined ? {} : { body: ask.form.toString() }),
    ...(ask.body === undefined ? {} : { body: ask.body }),
    headersTimeout: line.idleTimeoutMs,
    bodyTimeout: line.idleTimeoutMs,
    // undici else closes the connection after each HEAD, so that every tag that is looked at costs a handshake.
    ...(ask.method === 'HEAD' ? { reset: false } : {}),
    signal,
  });
  body.on('error', () => undefined); // a body that is let go half-way reports that as an error to nobody
  const pauseMs = line.pace.learn(ask, { status, headers }, leftAtMs);
  return { method: ask.method, url: ask.url, status, headers, pauseMs, body };
}

async function readAnswer(ask: Ask, head: Head, body: Readable): Promise<Answer> {
  const { status, headers } = head;
  const succeeded = status >= 200 && status <= 299;
  try {
    if (succeeded && ask.method !== 'HEAD') refuseBeforeReading(ask, headers);
    const { bytes, complete } = await readBody(body, succeeded ? ask.ceilingBytes : LIMITS.errorBytes);
    if (succeeded && !complete) throw tooLarge(ask);
    return { ...head, body: bytes };
  } finally {
    body.destroy();
  }
}

/** A header's only or first value; null where there is none. */
export function headerOf(headers: IncomingHttpHeaders, name: string): string | null {
  const value = headers[name];
  return (Array.isArray(value) ? value[0] : value) ?? null;
}

/** For messages: the request without its query, which may hold a signature. */
export function describeAsk({ method, url }: { readonly method: string; readonly url: URL }): string {
  return `${method} ${url.origin}${url.pathname}`;
}

function refuseBeforeReading(ask: Ask, headers: IncomingHttpHeaders): void {
  const encoding = headerOf(headers, 'content-encoding') ?? 'identity';
  if (encoding.trim().toLowerCase() !== 'identity') {
    throw new RegistryError(
      'bad-response',
      `${describeAsk(ask)}: the answer is encoded although it was asked not to be`,
    );
  }
  if (Number(headerOf(headers, 'content-length') ?? 0) > ask.ceilingBytes) throw tooLarge(ask);
}

function tooLarge(ask: Ask): RegistryError {
  return new RegistryError('too-large', `${describeAsk(ask)}: the answer is longer than ${ask.ceilingBytes} bytes`);
}
