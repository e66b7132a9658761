import type { TextFilter } from '../filter/text-filter.js';
import type { TokenScope } from '../stored-words.js';

/** A token as it is kept: everything but its secret. */
export interface TokenRow {
  readonly id: number;
  readonly name: string;
  readonly scopes: readonly TokenScope[];
  /** Which repositories it may write to, by name; null: all. */
  readonly repositories: TextFilter | null;
  readonly createdAt: Date;
  /** The name of the token that made it, or `cli`. */
  readonly createdBy: string;
  readonly expiresAt: Date;
  readonly revokedAt: Date | null;
  /** To the minute. */
  readonly lastUsedAt: Date | null;
}

/** The columns of `api_token` that make a row. */
export const TOKEN_COLUMNS = `
  id, name, scopes::text[] AS scopes, repositories, created_at AS "createdAt", created_by AS "createdBy",
  expires_at AS "expiresAt", revoked_at AS "revokedAt", last_used_at AS "lastUsedAt"`;
