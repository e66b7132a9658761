import { RegistryError } from '../registry-error.js';

/** Which token servers may be asked on behalf of one registry. */
export interface RealmRule {
  readonly baseUrl: URL;
  /** Origins that the operator named, besides the registry's own host. */
  readonly allowedOrigins: ReadonlySet<string>;
}

/**
 * Decides whether a token may be asked for at `realm`, which is a registry's word and may be hostile: it must
 * be the registry's own host and port, or an origin that the operator named, and no less protected than the
 * registry itself. Throws `bad-response` for what is no URL, `forbidden-address` for any other refusal.
 */
export function checkRealm(realm: string | undefined, rule: RealmRule): URL {
  if (realm === undefined || !URL.canParse(realm)) {
    throw new RegistryError('bad-response', `the registry at ${rule.baseUrl.host} names no token server`, {
      status: 401,
    });
  }
  const url = new URL(realm);
  url.hash = '';
  if (!isProtected(url, rule.baseUrl) || url.username !== '' || url.password !== '' || !isKnown(url, rule)) {
    throw new RegistryError(
      'forbidden-address',
      `the registry at ${rule.baseUrl.host} sends us to the token server ${url.protocol}//${url.host}, which is not allowed for it`,
      { status: 401, refusedRealm: `${url.protocol}//${url.host}` },
    );
  }
  return url;
}

/** Reads what the operator wrote: `auth.example` or `https://auth.example`. Throws `TypeError` for anything with a path. */
export function parseAllowedRealms(allowed: readonly string[]): ReadonlySet<string> {
  return new Set(
    allowed.map((text) => {
      const url = new URL(text.includes('://') ? text : `https://${text}`);
      if (url.pathname !== '/' || url.search !== '' || url.username !== '' || !/^https?:$/.test(url.protocol)) {
        throw new TypeError(`an allowed token server is a host, such as auth.example: ${JSON.stringify(text)}`);
      }
      return url.origin;
    }),
  );
}

function isProtected(url: URL, baseUrl: URL): boolean {
  return url.protocol === 'https:' || (url.protocol === 'http:' && baseUrl.protocol === 'http:');
}

function isKnown(url: URL, { baseUrl, allowedOrigins }: RealmRule): boolean {
  return url.host === baseUrl.host || allowedOrigins.has(url.origin);
}
