import type { Catalog, Sql } from '../open-catalog.js';
import type { CrawlState } from '../stored-words.js';
import { CRAWL_COLUMNS, StaleCrawlError, type HeldCrawl } from './crawl-run.js';

/** Which crawl, walked by which worker. */
export type CrawlHold = Pick<HeldCrawl, 'id' | 'generation'>;

const UNIQUE_VIOLATION = '23505';

// One whose worker is gone goes before those that wait: it is the one that runs at its source.
const CLAIM = `
  WITH due AS (
    SELECT run.id FROM crawl_run AS run JOIN source ON source.id = run.source_id
     WHERE source.name = ANY($1::text[])
       AND (run.state = 'running' AND run.lease_until <= now()
            OR run.state = 'waiting' AND (source.paused_until IS NULL OR source.paused_until <= now())
               AND NOT EXISTS (
                 SELECT FROM crawl_run AS other WHERE other.source_id = run.source_id AND other.state = 'running'))
     ORDER BY run.state = 'running' DESC, run.trigger = 'request' DESC, run.id
     LIMIT 1 FOR UPDATE OF run SKIP LOCKED
  )
  UPDATE crawl_run AS run
     SET state = 'running', generation = generation + 1, lease_until = now() + $2::float8 * interval '1 ms',
         started_at = CASE run.state WHEN 'waiting' THEN $3 ELSE started_at END
    FROM due, source
   WHERE run.id = due.id AND source.id = run.source_id
  RETURNING ${CRAWL_COLUMNS}, run.generation, run.cursor`;

/** Takes over a crawl that nobody walks, of one of these sources; null when there is none. */
export async function claimCrawl(
  { pool }: Pick<Catalog, 'pool'>,
  { sources, leaseMs, now }: { readonly sources: readonly string[]; readonly leaseMs: number; readonly now: Date },
): Promise<HeldCrawl | null> {
  try {
    const { rows } = await pool.query<HeldCrawl>(CLAIM, [sources, leaseMs, now]);
    return rows[0] ?? null;
  } catch (error) {
    // Somebody has begun another crawl of the same source at the same moment.
    if (error instanceof Error && 'code' in error && error.code === UNIQUE_VIOLATION) return null;
    throw error;
  }
}

/** What a step of a crawl has brought, and where the next one begins. */
export interface CrawlStep {
  readonly cursor: unknown;
  readonly seen: number;
  readonly repaired: number;
  readonly removed: number;
  /** How many objects it will see in all, as far as is known now. */
  readonly expected: number;
}

const ADVANCE = `
  UPDATE crawl_run
     SET cursor = $3, seen = seen + $4, repaired = repaired + $5, removed = removed + $6,
         expected = greatest(expected, $7), error = NULL
   WHERE id = $1 AND generation = $2 AND state = 'running'`;

/**
 * Moves a crawl on, in the transaction of what the step has repaired: whoever takes over begins where nothing is
 * missing. Throws `StaleCrawlError` when somebody has taken over already; nothing else of the step may be written then.
 */
export async function advanceCrawl(sql: Sql, hold: CrawlHold, step: CrawlStep): Promise<void> {
  const { cursor, seen, repaired, removed, expected } = step;
  await guarded(sql, hold, ADVANCE, [JSON.stringify(cursor), seen, repaired, removed, expected]);
}

/** Keeps a crawl from being taken over; throws `StaleCrawlError` when that has happened. */
export async function renewCrawl(sql: Sql, hold: CrawlHold, leaseMs: number): Promise<void> {
  await guarded(
    sql,
    hold,
    `UPDATE crawl_run SET lease_until = now() + $3::float8 * interval '1 ms'
      WHERE id = $1 AND generation = $2 AND state = 'running'`,
    [leaseMs],
  );
}

/** Gives a crawl back in order: another worker may go on with it at once. */
export async function releaseCrawl(sql: Sql, { id, generation }: CrawlHold): Promise<void> {
  await sql.query(`UPDATE crawl_run SET lease_until = now() WHERE id = $1 AND generation = $2 AND state = 'running'`, [
    id,
    generation,
  ]);
}

/** Says what a crawl is waiting for. */
export async function noteCrawlTrouble(sql: Sql, { id, generation }: CrawlHold, trouble: string): Promise<void> {
  await sql.query(`UPDATE crawl_run SET error = $3 WHERE id = $1 AND generation = $2 AND state = 'running'`, [
    id,
    generation,
    trouble,
  ]);
}

// What was lost after it began is not its business: the mark of then is later than its beginning. What it had to leave
// out is tried again within the hour.
const FINISH = `
  WITH ended AS (
    UPDATE crawl_run SET state = $3::crawl_state, error = $4, finished_at = $5, lease_until = NULL, cursor = NULL
     WHERE id = $1 AND generation = $2 AND state = 'running'
    RETURNING id, source_id, kind, state, started_at
  ), forgotten AS (
    DELETE FROM crawl_absence WHERE crawl_id IN (SELECT id FROM ended)
  ), cleared AS (
    UPDATE source SET dirty_since = NULL FROM ended
     WHERE source.id = ended.source_id AND ended.kind = 'full' AND ended.state = 'complete'
       AND dirty_since <= ended.started_at
  ), sooner AS (
    UPDATE source SET crawl_full_at = least(crawl_full_at, $5::timestamptz + interval '1 hour') FROM ended
     WHERE source.id = ended.source_id AND ended.kind = 'full' AND ended.state = 'incomplete'
       AND crawl_full_at IS NOT NULL
  )
  SELECT FROM ended`;

/** Ends a crawl. Throws `StaleCrawlError` when somebody has taken over. */
export async function finishCrawl(
  sql: Sql,
  hold: CrawlHold,
  end: {
    readonly state: Extract<CrawlState, 'complete' | 'incomplete' | 'asking'>;
    readonly error: string | null;
    readonly now: Date;
  },
): Promise<void> {
  await guarded(sql, hold, FINISH, [end.state, end.error, end.now]);
}

async function guarded(sql: Sql, hold: CrawlHold, statement: string, values: unknown[]): Promise<void> {
  const { rowCount } = await sql.query(statement, [hold.id, hold.generation, ...values]);
  if (rowCount !== 1) throw new StaleCrawlError(hold);
}
