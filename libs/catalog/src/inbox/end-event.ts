import type { Sql } from '../open-catalog.js';
import { StaleHandOverError, type HandedEvent } from './claimed-event.js';
import { cleanText } from './record-events-text.js';

/** How the work on a row ended for good. */
export type EventEnd =
  | { readonly state: 'done' | 'ignored'; readonly reason: string | null }
  | { readonly state: 'quarantined'; readonly reason: string; readonly detail: string };

const MAX_DETAIL_LENGTH = 1_000;

/**
 * Ends a row; in the transaction of its effect, so that both are one commit. Throws `StaleHandOverError`, which
 * must roll that transaction back, when another hand-over has overtaken this one.
 */
export async function endEvent(sql: Sql, handed: HandedEvent, end: EventEnd): Promise<void> {
  const detail = end.state === 'quarantined' ? cleanText(end.detail, MAX_DETAIL_LENGTH) : null;
  await writeOnce(sql, handed, `state = $3::inbox_state, reason = $4, detail = $5, finished_at = now()`, [
    end.state,
    end.reason,
    detail,
  ]);
}

/** When a row is to be looked at again, and what is counted meanwhile. */
export interface EventDelay {
  readonly delayMs: number;
  readonly attempts: number;
  readonly looks: number;
  /** Why, for people. */
  readonly reason: string;
}

/** Puts a row back for later; an orderly end, so its starts are forgotten. Throws `StaleHandOverError` like `endEvent`. */
export async function deferEvent(sql: Sql, handed: HandedEvent, delay: EventDelay): Promise<void> {
  await writeOnce(
    sql,
    handed,
    `state = 'new', starts = 0, attempts = least($3, 32000)::smallint, looks = $4::smallint, reason = $5,
     next_at = now() + $6 * interval '1 ms'`,
    [delay.attempts, delay.looks, delay.reason, delay.delayMs],
  );
}

async function writeOnce(sql: Sql, handed: HandedEvent, assignments: string, values: unknown[]): Promise<void> {
  const { rowCount } = await sql.query(
    `UPDATE inbox SET ${assignments}, lease_until = NULL WHERE id = $1 AND generation = $2 AND state = 'queued'`,
    [handed.id, handed.generation, ...values],
  );
  if (rowCount !== 1) throw new StaleHandOverError(handed);
}
