import type { Credentials } from '../credentials/credentials.js';
import type { CredentialStore } from '../credentials/open-credentials.js';
import { RegistryError } from '../registry-error.js';
import { basicOf, type Token, type TokenCredentials } from './fetch-token.js';

/**
 * The value of `Authorization` for credentials that go out as they stand: a password as Basic, a registry token as
 * Bearer. Where `refused` is what the known ones came to, they are read again. Null where there are none of that kind,
 * or no others.
 */
export async function directHeader(
  store: CredentialStore,
  kind: 'password' | 'registry-token',
  refused: string | null,
  signal: AbortSignal,
): Promise<string | null> {
  const known = await store.get(signal);
  const header = headerOf(known, kind);
  if (known === null || header === null || header !== refused) return header;
  return headerOf(await store.renew(known, signal), kind);
}

/** A token had with the credentials; once more with those read again, since the ones of a file or a helper run out. */
export async function tokenWith(
  store: CredentialStore,
  fetch: (credentials: TokenCredentials | null) => Promise<Token>,
  signal: AbortSignal,
): Promise<Token> {
  const credentials = await store.get(signal);
  try {
    return await fetch(forTokens(credentials));
  } catch (error) {
    const isRefused = error instanceof RegistryError && error.code === 'unauthorized';
    const others = isRefused && credentials !== null ? await store.renew(credentials, signal) : null;
    if (others === null) throw error;
    return fetch(forTokens(others));
  }
}

/** A file may come to hold a registry token while others are waiting for one of the token server's. */
function forTokens(credentials: Credentials | null): TokenCredentials | null {
  if (credentials?.kind !== 'registry-token') return credentials;
  throw new RegistryError('unauthorized', 'no credentials for a token server: a registry token is one already');
}

function headerOf(credentials: Credentials | null, kind: 'password' | 'registry-token'): string | null {
  if (credentials?.kind !== kind) return null;
  return credentials.kind === 'password' ? basicOf(credentials) : `Bearer ${credentials.token}`;
}
