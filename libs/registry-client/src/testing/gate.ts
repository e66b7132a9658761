import { randomUUID } from 'node:crypto';
import { answer, bodyOf, refuse, type Call } from './call.js';

/** How a fake registry wants to be asked. */
export type FakeAuth =
  | { readonly kind: 'none' }
  | { readonly kind: 'basic'; readonly username: string; readonly password: string }
  | {
      readonly kind: 'token';
      /** Without these, anybody gets a token. */
      readonly credentials?: { readonly username: string; readonly password: string };
      /** Good as a `refresh_token` of the OAuth2 form. */
      readonly identityToken?: string;
      /** How tokens may be asked for. Default: both. */
      readonly method?: 'GET' | 'POST' | 'both';
      /** What the answer says; a test may lie. Left out when null. Default: 300. */
      readonly expiresIn?: unknown;
      /** How long a token is really good. Default: 300,000. */
      readonly lifeMs?: number;
      /** Where the challenge points. Default: `/token` of this registry. */
      readonly realm?: string;
    };

/** Decides who may pass, and hands out tokens. */
export interface Gate {
  /** Answers and returns false when the caller may not pass. */
  admits(call: Call, scope: string): boolean;
  serveToken(call: Call): Promise<void>;
  /** A token for anything, for those who set the scene. */
  issue(scopes?: readonly string[]): string;
  /** Forgets every token. */
  revoke(): void;
}

/** Opens the gate that `auth` describes. */
export function openGate(auth: FakeAuth, now: () => number): Gate {
  const tokens = new Map<string, { readonly scopes: readonly string[]; readonly goodUntilMs: number }>();

  function issue(scopes: readonly string[] = ['*']): string {
    const token = `token-${randomUUID()}`;
    tokens.set(token, { scopes, goodUntilMs: now() + (auth.kind === 'token' ? (auth.lifeMs ?? 300_000) : 0) });
    return token;
  }

  function isGood(header: string, scope: string): boolean {
    const token = tokens.get(header.replace(/^Bearer /, ''));
    if (token === undefined || token.goodUntilMs <= now()) return false;
    return scope === '' || token.scopes.some((granted) => covers(granted, scope));
  }

  return {
    issue,
    revoke: () => tokens.clear(),
    admits(call, scope) {
      const header = call.request.headers.authorization ?? '';
      if (auth.kind === 'none') return true;
      if (auth.kind === 'basic') {
        if (header === basicOf(auth)) return true;
        refuse(call, 401, 'UNAUTHORIZED', 'authentication required', {
          'www-authenticate': 'Basic realm="fake registry"',
        });
        return false;
      }
      if (isGood(header, scope)) return true;
      const realm = auth.realm ?? new URL('/token', call.url).href;
      const challenge = `Bearer realm="${realm}",service="fake registry"${scope === '' ? '' : `,scope="${scope}"`}`;
      refuse(call, 401, 'UNAUTHORIZED', 'authentication required', { 'www-authenticate': challenge });
      return false;
    },
    async serveToken(call) {
      const rule = auth.kind === 'token' ? auth : null;
      const form = await formOf(call);
      const { method = 'both' } = rule ?? {};
      if (method !== 'both' && method !== call.request.method) return answer(call, 405);
      if (rule !== null && !isKnown(rule, form, call.request.headers.authorization)) {
        return refuse(call, 401, 'UNAUTHORIZED', 'incorrect username or password');
      }
      const scopes = form?.get('scope')?.split(' ') ?? call.url.searchParams.getAll('scope');
      const expiresIn = auth.kind === 'token' && auth.expiresIn !== undefined ? auth.expiresIn : 300;
      const body = {
        [form === null ? 'token' : 'access_token']: issue(scopes),
        ...(expiresIn === null ? {} : { expires_in: expiresIn }),
      };
      answer(call, 200, { 'content-type': 'application/json' }, JSON.stringify(body));
    },
  };
}

/** The form of a POST, which is put on record; null for a GET. */
async function formOf(call: Call): Promise<URLSearchParams | null> {
  if (call.request.method !== 'POST') return null;
  const text = String((await bodyOf(call.request, 64 * 1024)) ?? '');
  call.recordForm(text);
  return new URLSearchParams(text);
}

function isKnown(
  { credentials, identityToken }: Extract<FakeAuth, { readonly kind: 'token' }>,
  form: URLSearchParams | null,
  authorization: string | undefined,
): boolean {
  if (credentials === undefined && identityToken === undefined) return true;
  if (form?.get('grant_type') === 'refresh_token') return form.get('refresh_token') === identityToken;
  if (credentials === undefined) return false;
  return form === null
    ? authorization === basicOf(credentials)
    : form.get('username') === credentials.username && form.get('password') === credentials.password;
}

function covers(granted: string, wanted: string): boolean {
  const [resource, actions] = cutAtLastColon(wanted);
  const [grantedResource, grantedActions] = cutAtLastColon(granted);
  const has = new Set(grantedActions.split(','));
  return (
    granted === '*' ||
    (resource === grantedResource && (has.has('*') || actions.split(',').every((action) => has.has(action))))
  );
}

function cutAtLastColon(scope: string): readonly [string, string] {
  const at = scope.lastIndexOf(':');
  return [scope.slice(0, at), scope.slice(at + 1)];
}

function basicOf({ username, password }: { readonly username: string; readonly password: string }): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}
