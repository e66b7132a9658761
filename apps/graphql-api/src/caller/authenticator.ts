import { findToken, isUseNews, noteTokenUse, type Catalog, type TokenRow } from '@strata/catalog';
import type { Logger } from '@strata/runtime';
import { AuthenticationError } from './authentication-error.js';
import { anonymousCaller, permissionsOf, type AnonymousAccess, type Caller } from './caller.js';

/** What is known of who asks before anything is looked up. */
export interface Presented {
  /** The value of `Authorization`; null where none was sent. */
  readonly authorization: string | null;
  /** Whether it comes from a program on this machine; see `isLocalRequest`. */
  readonly isLocal: boolean;
}

/** Finds out who asks. Throws `AuthenticationError`. */
export type Authenticate = (presented: Presented) => Promise<Caller>;

/** What telling callers apart needs. */
export interface AuthenticatorTools {
  readonly catalog: Catalog;
  /** A catalog that takes writes: when a token was last used is kept there. */
  readonly writes: Catalog;
  readonly anonymous: AnonymousAccess;
  readonly now: () => Date;
  readonly logger: Logger;
}

/** Looks a token up for each question, so that one that was revoked opens nothing from that moment on. */
export function openAuthenticator(tools: AuthenticatorTools): Authenticate {
  const { catalog, anonymous, now } = tools;
  return async ({ authorization, isLocal }) => {
    if (authorization === null) {
      if (anonymous !== 'off') return anonymousCaller(anonymous === 'operate' && isLocal);
      throw new AuthenticationError('UNAUTHENTICATED', 'this API answers bearers of a token only');
    }
    const secret = /^bearer +(\S+) *$/i.exec(authorization)?.[1];
    const token = secret === undefined ? null : await findToken(catalog.pool, secret);
    if (token === null) throw new AuthenticationError('TOKEN_INVALID', 'there is no such token');
    refuseEnded(token, now());
    noteUse(token, tools);
    return { name: token.name, permissions: permissionsOf(token.scopes), repositories: token.repositories };
  };
}

function refuseEnded({ revokedAt, expiresAt }: TokenRow, now: Date): void {
  if (revokedAt !== null)
    throw new AuthenticationError('TOKEN_REVOKED', `this token was revoked at ${revokedAt.toISOString()}`);
  if (expiresAt <= now)
    throw new AuthenticationError('TOKEN_EXPIRED', `this token expired at ${expiresAt.toISOString()}`);
}

/** Nobody waits for it: a question is answered also while the database takes no writes. */
function noteUse({ id, lastUsedAt }: TokenRow, { writes, now, logger }: AuthenticatorTools): void {
  const usedAt = now();
  if (!isUseNews(lastUsedAt, usedAt)) return;
  noteTokenUse(writes.pool, id, usedAt).catch((error: unknown) =>
    logger.warn({ err: error }, 'the use of a token could not be noted'),
  );
}
