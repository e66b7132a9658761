import type { Sql } from '../open-catalog.js';
import { StaleHandOverError, type HandedEvent } from './claimed-event.js';
import { cleanText } from './record-events-text.js';

/** How the work on a row ended for good. */
export type EventEnd =
  | { readonly state: 'done' | 'ignored'; readonly reason: string | null }
  | { readonly state: 'quarantined'; readonly reason: string; readonly detail: string };

/** When a row is to be looked at again, and what is counted meanwhile. */
export interface EventDelay {
  readonly delayMs: number;
  readonly attempts: number;
  readonly looks: number;
  /** Why, for people. */
  readonly reason: string;
}

/** What becomes of one row: it has ended, or it is put back for later. */
export type EventOutcome =
  { readonly kind: 'end'; readonly end: EventEnd } | { readonly kind: 'again'; readonly delay: EventDelay };

const MAX_DETAIL_LENGTH = 1_000;
const MAX_ATTEMPTS = 32_000;

const LOCK = `
  SELECT inbox.id FROM inbox
    JOIN unnest($1::bigint[], $2::int[]) AS handed (id, generation)
      ON inbox.id = handed.id AND inbox.generation = handed.generation
   WHERE inbox.state = 'queued' ORDER BY inbox.id FOR UPDATE OF inbox`;

// Being put back is an orderly end: what was counted against a row that ends workers is forgotten.
const CONCLUDE = `
  UPDATE inbox
     SET state = outcome.state, reason = outcome.reason, detail = outcome.detail, lease_until = NULL,
         finished_at = CASE WHEN outcome.state <> 'new' THEN now() END,
         starts = CASE WHEN outcome.state = 'new' THEN 0 ELSE starts END,
         attempts = coalesce(outcome.attempts, inbox.attempts), looks = coalesce(outcome.looks, inbox.looks),
         next_at = CASE WHEN outcome.state = 'new' THEN now() + outcome.delay_ms * interval '1 ms' ELSE next_at END
    FROM unnest($1::bigint[], $2::int[], $3::inbox_state[], $4::text[], $5::text[], $6::smallint[], $7::smallint[],
                $8::float8[])
      AS outcome (id, generation, state, reason, detail, attempts, looks, delay_ms)
   WHERE inbox.id = outcome.id AND inbox.generation = outcome.generation AND inbox.state = 'queued'`;

/**
 * Locks the rows that are still in these hand-overs and gives their ids: nothing may be written on behalf of any
 * other, and nobody else can take these before the transaction ends.
 */
export async function lockHandOvers(sql: Sql, handed: readonly HandedEvent[]): Promise<ReadonlySet<bigint>> {
  const { rows } = await sql.query<{ id: bigint }>(LOCK, [
    handed.map(({ id }) => id),
    handed.map(({ generation }) => generation),
  ]);
  return new Set(rows.map(({ id }) => id));
}

/** Ends rows, or puts them back; in the transaction of their effect, so that both are one commit. Returns how many it was. */
export async function concludeEvents(
  sql: Sql,
  concluded: readonly { readonly event: HandedEvent; readonly outcome: EventOutcome }[],
): Promise<number> {
  if (concluded.length === 0) return 0;
  const rows = concluded.map(({ event, outcome }) => rowOf(event, outcome));
  const { rowCount } = await sql.query(CONCLUDE, [
    rows.map(({ id }) => id),
    rows.map(({ generation }) => generation),
    rows.map(({ state }) => state),
    rows.map(({ reason }) => reason),
    rows.map(({ detail }) => detail),
    rows.map(({ attempts }) => attempts),
    rows.map(({ looks }) => looks),
    rows.map(({ delayMs }) => delayMs),
  ]);
  return rowCount ?? 0;
}

function rowOf({ id, generation }: HandedEvent, outcome: EventOutcome) {
  if (outcome.kind === 'again') {
    const { delayMs, attempts, looks, reason } = outcome.delay;
    return {
      id,
      generation,
      state: 'new',
      reason,
      detail: null,
      attempts: Math.min(attempts, MAX_ATTEMPTS),
      looks,
      delayMs,
    };
  }
  const { end } = outcome;
  const detail = end.state === 'quarantined' ? cleanText(end.detail, MAX_DETAIL_LENGTH) : null;
  return { id, generation, state: end.state, reason: end.reason, detail, attempts: null, looks: null, delayMs: null };
}

/** Ends one row. Throws `StaleHandOverError` when another hand-over has overtaken this one. */
export async function endEvent(sql: Sql, event: HandedEvent, end: EventEnd): Promise<void> {
  if ((await concludeEvents(sql, [{ event, outcome: { kind: 'end', end } }])) !== 1)
    throw new StaleHandOverError(event);
}

/** Puts one row back for later. Throws `StaleHandOverError` like `endEvent`. */
export async function deferEvent(sql: Sql, event: HandedEvent, delay: EventDelay): Promise<void> {
  if ((await concludeEvents(sql, [{ event, outcome: { kind: 'again', delay } }])) !== 1)
    throw new StaleHandOverError(event);
}
