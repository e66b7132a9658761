import type { Sql } from '../open-catalog.js';

/** Ends a token now. False when there is none of this id; one that was revoked before keeps its time. */
export async function revokeToken(sql: Sql, id: number, now: Date): Promise<boolean> {
  const { rowCount } = await sql.query('UPDATE api_token SET revoked_at = coalesce(revoked_at, $2) WHERE id = $1', [
    id,
    now,
  ]);
  return rowCount === 1;
}

/** How exactly `last_used_at` is kept: one write per token in this time. */
const USE_GRAIN_MS = 60_000;

/** Whether a use at `now` is worth a write. */
export function isUseNews(lastUsedAt: Date | null, now: Date): boolean {
  return lastUsedAt === null || now.getTime() - lastUsedAt.getTime() >= USE_GRAIN_MS;
}

/** Notes that a token was used; for people who look for those that nobody needs. Never goes back in time. */
export async function noteTokenUse(sql: Sql, id: number, now: Date): Promise<void> {
  await sql.query('UPDATE api_token SET last_used_at = $2 WHERE id = $1 AND (last_used_at < $2) IS NOT FALSE', [
    id,
    now,
  ]);
}
