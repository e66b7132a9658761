import type { Sql } from '../open-catalog.js';

/** Has the worker send a test message. False when no such webhook is configured. */
export async function requestTest(db: Sql, name: string, now: Date): Promise<boolean> {
  const { rowCount } = await db.query('UPDATE webhook SET test_asked_at = $2 WHERE name = $1 AND removed_at IS NULL', [
    name,
    now,
  ]);
  return rowCount === 1;
}

/** Tells a disabled webhook again, from where it stood. False when no such webhook is configured. */
export async function enableWebhook(db: Sql, name: string): Promise<boolean> {
  const { rowCount } = await db.query(
    `UPDATE webhook SET state = 'active', state_reason = NULL, paused_until = NULL, troubles = 0
      WHERE name = $1 AND removed_at IS NULL`,
    [name],
  );
  return rowCount === 1;
}
