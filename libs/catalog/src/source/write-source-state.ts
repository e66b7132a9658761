import type { Catalog } from '../open-catalog.js';

/** How a source is doing, as the worker last saw it. */
export type SourceState = 'healthy' | 'degraded' | 'unreachable' | 'unauthorized';

/** Writes how a source is doing, and how long it is to be left alone; 0 ends a pause. Writes nothing that is so already. */
export async function writeSourceState(
  catalog: Catalog,
  sourceId: number,
  to: { readonly state: SourceState; readonly reason: string | null; readonly pauseMs: number },
): Promise<void> {
  await catalog.pool.query(
    `UPDATE source SET state = $2::source_state, state_reason = $3,
            paused_until = CASE WHEN $4::float8 > 0 THEN now() + $4::float8 * interval '1 ms' END
      WHERE id = $1 AND (state <> $2::source_state OR state_reason IS DISTINCT FROM $3 OR $4 > 0 OR paused_until IS NOT NULL)`,
    [sourceId, to.state, to.reason, to.pauseMs],
  );
}
