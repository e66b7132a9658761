import type { Catalog } from '../open-catalog.js';
import type { SourceState } from '../stored-words.js';

const TROUBLE = `
  UPDATE source SET state = $2::source_state, state_reason = $3,
                    paused_until = greatest(paused_until, now() + $4::float8 * interval '1 ms')
   WHERE id = $1`;

const WELL = `
  UPDATE source SET state = 'healthy', state_reason = NULL, paused_until = NULL
   WHERE id = $1 AND (state <> 'healthy' OR state_reason IS NOT NULL OR paused_until IS NOT NULL)
     AND coalesce(paused_until <= now(), true)`;

/**
 * Writes how a source is doing, and how long it is to be left alone. Several workers may say so at the same time: a pause
 * is made longer and never cut short, neither by a shorter one nor by good news. Writes nothing that is so already.
 */
export async function writeSourceState(
  { pool }: Pick<Catalog, 'pool'>,
  sourceId: number,
  { state, reason, pauseMs }: { readonly state: SourceState; readonly reason: string | null; readonly pauseMs: number },
): Promise<void> {
  await (state === 'healthy' ? pool.query(WELL, [sourceId]) : pool.query(TROUBLE, [sourceId, state, reason, pauseMs]));
}

/** For how long a source is still to be left alone, in milliseconds. */
export async function readPauseMs({ pool }: Pick<Catalog, 'pool'>, sourceId: number): Promise<number> {
  const { rows } = await pool.query<{ ms: number }>(
    `SELECT greatest(0, extract(epoch FROM paused_until - now()) * 1000)::float8 AS ms FROM source WHERE id = $1`,
    [sourceId],
  );
  return rows[0]?.ms ?? 0;
}
