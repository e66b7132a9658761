import { refusalOf, type Tools } from '../ask-registry.js';
import { headerOf, send, type Answer } from '../http/send.js';
import { LIMITS } from '../limits.js';
import { RegistryError } from '../registry-error.js';

/** What writing needs besides what every question shares. */
export interface WriteTools extends Tools {
  /** Runs one request in its turn and under its time limit. */
  readonly inTurn: <T>(signal: AbortSignal, talk: (signal: AbortSignal) => Promise<T>) => Promise<T>;
  readonly sleep: (delayMs: number, signal: AbortSignal) => Promise<void>;
}

/** One request that writes. */
export interface WriteRequest {
  readonly method: 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly url: URL;
  readonly scope: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
  /** The statuses that mean what was wanted. */
  readonly accepted: readonly number[];
}

/** What a token must allow to write to a repository. */
export function writeScope(repository: string): string {
  return `repository:${repository}:pull,push`;
}

/**
 * Sends one request that writes, once more with fresh credentials after a 401, and again after each pause that the
 * registry calls for. No redirect is followed. Credentials go to the registry's own origin only. Throws `RegistryError`.
 */
export function writeToRegistry(tools: WriteTools, request: WriteRequest, signal: AbortSignal): Promise<Answer> {
  return patiently(tools, signal, () => tools.inTurn(signal, (limited) => writeOnce(tools, request, limited)));
}

async function writeOnce(tools: WriteTools, request: WriteRequest, signal: AbortSignal): Promise<Answer> {
  const { method, url, scope, headers = {}, body = new Uint8Array(), accepted } = request;
  const isOwn = url.origin === tools.baseUrl.origin;
  const ask = (authorization: string | null) => {
    const credentials = authorization === null ? {} : { authorization };
    const all = { accept: '*/*', ...headers, ...credentials };
    return send(tools.line, { method, url, headers: all, body, ceilingBytes: LIMITS.writeAnswerBytes }, signal);
  };
  const authorization = isOwn ? await tools.authorizer.current(scope, signal) : null;
  let answer = await ask(authorization?.header ?? null);
  if (answer.status === 401 && authorization !== null) {
    answer = await ask((await tools.authorizer.renew(scope, answer, authorization, signal)).header);
  }
  if (accepted.includes(answer.status)) return answer;
  throw refusalOf(tools, answer);
}

/** Runs a step again when the registry wants to be left alone first, as long as that does not take too long in all. */
export async function patiently<T>(
  { sleep }: Pick<WriteTools, 'sleep'>,
  signal: AbortSignal,
  step: () => Promise<T>,
): Promise<T> {
  let waitedMs = 0;
  for (;;) {
    try {
      return await step();
    } catch (error) {
      if (!(error instanceof RegistryError) || error.code !== 'rate-limited') throw error;
      const waitMs = Math.max(error.retryAfterMs ?? SHORTEST_PAUSE_MS, SHORTEST_PAUSE_MS);
      waitedMs += waitMs;
      if (waitedMs > LIMITS.writePatienceMs) throw error;
      await sleep(waitMs, signal);
    }
  }
}

const SHORTEST_PAUSE_MS = 50;

/**
 * Where an upload goes on (OCI distribution-spec 1.1, "Pushing a blob in chunks"), which may be another host. Throws
 * `bad-response` where the registry does not say, and `forbidden-address` for plain HTTP after HTTPS, another scheme or a
 * password in it.
 */
export function locationOf(answer: Answer): URL {
  const text = headerOf(answer.headers, 'location') ?? '';
  if (text === '' || !URL.canParse(text, answer.url.href)) {
    throw new RegistryError('bad-response', 'the registry does not say where the upload goes on');
  }
  const url = new URL(text, answer.url);
  const isAllowed = url.protocol === 'https:' || (url.protocol === 'http:' && answer.url.protocol === 'http:');
  if (isAllowed && url.username === '' && url.password === '') return url;
  throw new RegistryError(
    'forbidden-address',
    `the upload would go on at ${url.protocol}//${url.host}, which is refused`,
  );
}
