import { LIMITS } from '../limits.js';
import { errorOf } from '../answer/error-of.js';
import { notARegistry } from '../answer/not-a-registry.js';
import { parseObject } from '../answer/parse-object.js';
import type { Credentials } from '../credentials/credentials.js';
import { followRedirects } from '../http/follow-redirects.js';
import { describeAsk, type Answer, type Ask, type Line } from '../http/send.js';
import { RegistryError } from '../registry-error.js';

/** What to ask a token server for; also what makes two tokens interchangeable. */
export interface TokenQuestion {
  /** Already checked. */
  readonly realm: URL;
  readonly service: string | null;
  /** Several with spaces between them; empty: none, which proves the credentials and nothing else. */
  readonly scope: string;
}

/** A bearer token and the time of the process's clock after which another one is fetched. */
export interface Token {
  readonly value: string;
  readonly obtainedAtMs: number;
  readonly refreshAtMs: number;
}

const CLIENT_ID = 'strata';
const SHORTEST_LIFE_SECONDS = 60;
const LONGEST_LIFE_SECONDS = 3_600;

/** What a token server takes. */
export type TokenCredentials = Exclude<Credentials, { readonly kind: 'registry-token' }>;

/** What asking for a token needs besides the question. */
export interface TokenTools {
  readonly line: Line;
  /** Null: ask as anybody. */
  readonly credentials: TokenCredentials | null;
  readonly now: () => number;
  /** Refuses by throwing a token server that a redirect leads to. */
  readonly checkHop: (url: URL) => void;
  readonly signal: AbortSignal;
}

/** Some token servers take nothing but POST. */
const WANTS_POST: ReadonlySet<number> = new Set([404, 405, 501]);

/**
 * Asks a token server: by GET with Basic (Distribution token specification), by POST where the credentials are an
 * identity token or GET is not served (its OAuth2 form). Credentials go only to the realm's own origin. Throws
 * `RegistryError`, never `not-found` and never a verdict on content: a token server's answer says nothing about what
 * the registry holds.
 */
export async function fetchToken(question: TokenQuestion, tools: TokenTools): Promise<Token> {
  const { line, credentials, now, checkHop, signal } = tools;
  const ask = (one: Ask) => followRedirects(line, one, signal, checkHop).catch(withoutVerdict);
  const isGet = credentials?.kind !== 'identity-token';
  const first = await ask(isGet ? getOf(question, credentials) : postOf(question, credentials));
  const answer =
    isGet && credentials !== null && WANTS_POST.has(first.status) ? await ask(postOf(question, credentials)) : first;
  if (answer.status !== 200) throw refusalOf(answer);
  return readToken(answer, now());
}

const COMMON = { headers: { accept: 'application/json' }, ceilingBytes: LIMITS.tokenBytes } as const;

function getOf({ realm, service, scope }: TokenQuestion, credentials: Password | null): Ask {
  const url = new URL(realm);
  if (service !== null) url.searchParams.set('service', service);
  for (const one of scope.split(' ').filter(Boolean)) url.searchParams.append('scope', one);
  const authorization = credentials === null ? {} : { authorization: basicOf(credentials) };
  return { ...COMMON, method: 'GET', url, headers: { ...COMMON.headers, ...authorization } };
}

function postOf({ realm, service, scope }: TokenQuestion, credentials: TokenCredentials): Ask {
  const form = new URLSearchParams({
    ...(credentials.kind === 'password'
      ? { grant_type: 'password', username: credentials.username, password: credentials.password }
      : { grant_type: 'refresh_token', refresh_token: credentials.token }),
    client_id: CLIENT_ID,
    ...(service === null ? {} : { service }),
    ...(scope === '' ? {} : { scope }),
  });
  return { ...COMMON, method: 'POST', url: realm, form };
}

type Password = Extract<Credentials, { readonly kind: 'password' }>;

/** The value of `Authorization` for a user name and password (RFC 7617). */
export function basicOf({ username, password }: Password): string {
  return `Basic ${Buffer.from(`${username}:${password}`, 'utf8').toString('base64')}`;
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
