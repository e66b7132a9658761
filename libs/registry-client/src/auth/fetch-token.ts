import { LIMITS } from '../limits.js';
import { errorOf } from '../answer/error-of.js';
import { notARegistry } from '../answer/not-a-registry.js';
import { parseObject } from '../answer/parse-object.js';
import { followRedirects } from '../http/follow-redirects.js';
import { describeAsk, type Answer, type Line } from '../http/send.js';
import { RegistryError } from '../registry-error.js';

/** What to ask a token server for; also what makes two tokens interchangeable. */
export interface TokenQuestion {
  /** Already checked. */
  readonly realm: URL;
  readonly service: string | null;
  /** Empty: no scope, which proves the credentials and nothing else. */
  readonly scope: string;
}

/** A bearer token and the time of the process's clock after which another one is fetched. */
export interface Token {
  readonly value: string;
  readonly obtainedAtMs: number;
  readonly refreshAtMs: number;
}

const SHORTEST_LIFE_SECONDS = 60;
const LONGEST_LIFE_SECONDS = 3_600;

/**
 * Asks a token server (Distribution token specification, GET). `authorization` goes only to the realm's own
 * origin. Throws `RegistryError`, never `not-found` and never a verdict on content: a token server's answer
 * says nothing about what the registry holds.
 */
export async function fetchToken(
  line: Line,
  question: TokenQuestion,
  authorization: string | null,
  tools: { readonly now: () => number; readonly checkHop: (url: URL) => void; readonly signal: AbortSignal },
): Promise<Token> {
  const url = new URL(question.realm);
  if (question.service !== null) url.searchParams.set('service', question.service);
  if (question.scope !== '') url.searchParams.set('scope', question.scope);
  const headers = { accept: 'application/json', ...(authorization === null ? {} : { authorization }) };
  const ask = { method: 'GET', url, headers, ceilingBytes: LIMITS.tokenBytes } as const;
  const answer = await followRedirects(line, ask, tools.signal, tools.checkHop).catch(withoutVerdict);
  if (answer.status !== 200) throw refusalOf(answer);
  return readToken(answer, tools.now());
}

function readToken(answer: Answer, nowMs: number): Token {
  const fields = parseObject(answer.body);
  if (fields === null) throw notARegistry(answer, 'something else than JSON');
  const value = fields['token'] ?? fields['access_token'];
  // Visible ASCII only: a line break in here would become a header of its own.
  if (typeof value !== 'string' || !/^[\x21-\x7e]+$/.test(value)) {
    throw new RegistryError('bad-response', `${describeAsk(answer)}: no usable token in the answer`);
  }
  return { value, obtainedAtMs: nowMs, refreshAtMs: nowMs + lifeSeconds(fields['expires_in']) * 800 };
}

/** In seconds; servers that leave it out or say nonsense mean the 60 of the specification. */
function lifeSeconds(expiresIn: unknown): number {
  if (typeof expiresIn !== 'number' || !Number.isFinite(expiresIn)) return SHORTEST_LIFE_SECONDS;
  return Math.min(Math.max(expiresIn, SHORTEST_LIFE_SECONDS), LONGEST_LIFE_SECONDS);
}

function refusalOf(answer: Answer): RegistryError {
  const error = errorOf(answer);
  if (error.code !== 'not-found') return error;
  return new RegistryError('unavailable', error.message, { status: answer.status, retryAfterMs: error.retryAfterMs });
}

function withoutVerdict(error: unknown): never {
  if (error instanceof RegistryError && error.code === 'too-large') {
    throw new RegistryError('bad-response', error.message, { cause: error });
  }
  throw error;
}
