import { LIMITS } from '../limits.js';
import type { Answer, Line } from '../http/send.js';
import { RegistryError } from '../registry-error.js';
import type { CredentialStore } from '../credentials/open-credentials.js';
import { checkRealm, type RealmRule } from './check-realm.js';
import { fetchToken, type TokenQuestion } from './fetch-token.js';
import { parseChallenges, type Challenge } from './parse-challenges.js';
import { openTokenCache } from './token-cache.js';
import { directHeader, tokenWith } from './use-credentials.js';

/** What to send as `Authorization`, and since when. Null: nothing. */
export interface Authorization {
  readonly header: string | null;
  readonly sentAtMs: number;
}

/** Knows how one registry wants to be asked, as far as it has said so. */
export interface Authorizer {
  /** For the next request that needs `scope`; nothing until the registry has asked for something. */
  current(scope: string, signal: AbortSignal): Promise<Authorization>;
  /** After a 401 of the registry itself: something better than `used`. Throws `unauthorized` when there is nothing. */
  renew(scope: string, refused: Answer, used: Authorization, signal: AbortSignal): Promise<Authorization>;
}

/** What an authorizer needs: the way to token servers, and who runs each fetch under its own time limit. */
export interface AuthorizerTools {
  readonly line: Line;
  readonly baseUrl: URL;
  readonly credentials: CredentialStore;
  readonly allowedOrigins: ReadonlySet<string>;
  readonly now: () => number;
  /** Runs a token fetch, which several callers may wait for, under a time limit of its own. */
  readonly within: <T>(signal: AbortSignal, talk: (signal: AbortSignal) => Promise<T>) => Promise<T>;
}

type Way = { readonly kind: 'basic' } | { readonly kind: 'bearer'; readonly question: TokenQuestion };

/** Opens the authorizer of one registry. Credentials go to the registry's origin and to allowed realms only. */
export function openAuthorizer(tools: AuthorizerTools): Authorizer {
  const { line, baseUrl, credentials: store, allowedOrigins, now, within } = tools;
  const rule: RealmRule = { baseUrl, allowedOrigins };
  const tokens = openTokenCache(LIMITS.rememberedScopes, now);
  const questions = new Map<string, TokenQuestion>();
  let wantsBasic = false;

  const fetch = (question: TokenQuestion, signal: AbortSignal) =>
    tokenWith(store, (credentials) => fetchToken(question, { line, credentials, now, signal, checkHop }), signal);
  const checkHop = (url: URL) => void checkRealm(url.href, rule);

  async function bearer(
    question: TokenQuestion,
    signal: AbortSignal,
    used: Authorization | null,
  ): Promise<Authorization> {
    const sentAtMs = now();
    const refused = used?.header?.startsWith('Bearer ') === true ? used.header : null;
    if ((await store.get(signal))?.kind === 'registry-token') {
      const header = await directHeader(store, 'registry-token', refused, signal);
      if (header === null) throw refusal(baseUrl, question.scope);
      return { header, sentAtMs };
    }
    const key = JSON.stringify([question.realm.href, question.service, question.scope]);
    const distrusted =
      used === null || refused === null ? null : { value: refused.slice('Bearer '.length), sentAtMs: used.sentAtMs };
    const renew = (shared: AbortSignal) => within(shared, (limited) => fetch(question, limited));
    const token = await tokens.get(key, renew, { signal, distrusted });
    return { header: `Bearer ${token.value}`, sentAtMs };
  }

  return {
    async current(scope, signal) {
      const question = questions.get(scope);
      if (question !== undefined) return bearer(question, signal, null);
      return { header: wantsBasic ? await directHeader(store, 'password', null, signal) : null, sentAtMs: now() };
    },

    async renew(scope, refused, used, signal) {
      const way = wayIn(refused, scope, rule);
      if (way?.kind === 'bearer') {
        remember(questions, scope, way.question);
        return bearer(way.question, signal, used);
      }
      const header = way === null ? null : await directHeader(store, 'password', used.header, signal);
      if (header === null) throw refusal(baseUrl, scope);
      wantsBasic = true;
      questions.delete(scope);
      return { header, sentAtMs: now() };
    },
  };
}

function refusal({ host }: URL, scope: string): RegistryError {
  return new RegistryError('unauthorized', `the registry at ${host} refuses ${scope === '' ? 'to let us in' : scope}`, {
    status: 401,
  });
}

function wayIn(refused: Answer, scope: string, rule: RealmRule): Way | null {
  const header = refused.headers['www-authenticate'] ?? [];
  const challenges = parseChallenges(typeof header === 'string' ? [header] : header);
  if (challenges === null) {
    throw new RegistryError(
      'bad-response',
      `the registry at ${rule.baseUrl.host} sends a challenge that cannot be read`,
      { status: 401 },
    );
  }
  // Every realm is checked, so that a hostile one cannot hide behind a good one.
  const [question] = challenges
    .filter(({ scheme }) => scheme === 'bearer')
    .map((challenge) => questionOf(challenge, scope, rule));
  if (question !== undefined) return { kind: 'bearer', question };
  return challenges.some(({ scheme }) => scheme === 'basic') ? { kind: 'basic' } : null;
}

function questionOf({ parameters }: Challenge, scope: string, rule: RealmRule): TokenQuestion {
  const told = parameters.get('scope') ?? '';
  return {
    realm: checkRealm(parameters.get('realm'), rule),
    service: parameters.get('service')?.slice(0, 255) ?? null,
    // The registry's own word for one repository, as long as it allows the same; never more than that.
    scope: actionsOf(told) !== null && actionsOf(told) === actionsOf(scope) ? told : scope,
  };
}

const REPOSITORY = /^repository(?:\([a-z0-9]+\))?:[a-z0-9._\/:-]{1,255}:([a-z,]{1,64})$/;

/** What a scope allows in one repository, sorted; null for any other. */
function actionsOf(scope: string): string | null {
  return REPOSITORY.exec(scope)?.[1]?.split(',').sort().join() ?? null;
}

function remember(questions: Map<string, TokenQuestion>, scope: string, question: TokenQuestion): void {
  questions.delete(scope);
  questions.set(scope, question);
  for (const oldest of questions.keys()) {
    if (questions.size <= LIMITS.rememberedScopes) break;
    questions.delete(oldest);
  }
}
