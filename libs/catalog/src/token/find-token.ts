import type { Sql } from '../open-catalog.js';
import { TOKEN_COLUMNS, type TokenRow } from './token-row.js';
import { hashTokenSecret } from './token-secret.js';

/** The token of a secret, expired and revoked ones included; null for what is no secret of ours. */
export async function findToken(sql: Sql, secret: string): Promise<TokenRow | null> {
  const hash = hashTokenSecret(secret);
  if (hash === null) return null;
  const { rows } = await sql.query<TokenRow>(`SELECT ${TOKEN_COLUMNS} FROM api_token WHERE secret_hash = $1`, [hash]);
  return rows[0] ?? null;
}

/** All tokens, the newest first. */
export async function listTokens(sql: Sql): Promise<readonly TokenRow[]> {
  const { rows } = await sql.query<TokenRow>(`SELECT ${TOKEN_COLUMNS} FROM api_token ORDER BY id DESC`);
  return rows;
}
