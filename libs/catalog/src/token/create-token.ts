import { checkFilter } from '../filter/check-filter.js';
import type { TextFilter } from '../filter/text-filter.js';
import type { Sql } from '../open-catalog.js';
import type { TokenScope } from '../stored-words.js';
import { TOKEN_COLUMNS, type TokenRow } from './token-row.js';
import { hashTokenSecret, newTokenSecret } from './token-secret.js';

/** What a token is made of. */
export interface NewToken {
  /** For people, in lists and beside what it did; it need not be the only one of its name. */
  readonly name: string;
  readonly scopes: readonly TokenScope[];
  readonly repositories: TextFilter | null;
  readonly createdBy: string;
  readonly expiresAt: Date;
  readonly now: Date;
}

/** Says that no such token can be made; `field` is the one that is wrong. */
export class TokenError extends Error {
  override readonly name = 'TokenError';
  constructor(
    readonly field: 'name' | 'scopes' | 'repositories' | 'expiresAt',
    message: string,
  ) {
    super(message);
  }
}

const NAME = /^[^\p{Cc}]{1,100}$/u;

const INSERT = `
  INSERT INTO api_token (name, secret_hash, scopes, repositories, created_by, expires_at, created_at)
  VALUES ($1, $2, $3::token_scope[], $4, $5, $6, $7)
  RETURNING ${TOKEN_COLUMNS}`;

/**
 * Makes a token. The secret is in the answer and nowhere else. Throws `TokenError`, and `FilterError` for a filter beyond a
 * ceiling.
 */
export async function createToken(
  sql: Sql,
  token: NewToken,
): Promise<{ readonly token: TokenRow; readonly secret: string }> {
  const { name, repositories, createdBy, expiresAt, now } = token;
  const scopes = [...new Set(token.scopes)].sort();
  if (!NAME.test(name) || name.trim() === '')
    throw new TokenError('name', 'a name has 1 to 100 characters, none of them a control character');
  if (scopes.length === 0) throw new TokenError('scopes', 'a token must be for something');
  if (!(expiresAt > now)) throw new TokenError('expiresAt', 'a token must expire in the future');
  if (repositories !== null) checkFilter(repositories);
  const secret = newTokenSecret();
  const filter = repositories === null ? null : JSON.stringify(repositories);
  const values = [name, hashTokenSecret(secret), scopes, filter, createdBy, expiresAt, now];
  const { rows } = await sql.query<TokenRow>(INSERT, values);
  const [row] = rows;
  if (row === undefined) throw new Error('an INSERT returned nothing');
  return { token: row, secret };
}
