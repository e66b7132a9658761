import type { Catalog } from '../open-catalog.js';
import type { HandedEvent } from './claimed-event.js';

const BACK = `UPDATE inbox SET state = 'new', lease_until = NULL`;

/** Takes back what could not be handed over. Returns how many. */
export async function returnEvents(catalog: Catalog, handed: readonly HandedEvent[]): Promise<number> {
  const { rowCount } = await catalog.pool.query(
    `${BACK} FROM unnest($1::bigint[], $2::int[]) AS handed (id, generation)
      WHERE inbox.id = handed.id AND inbox.generation = handed.generation AND inbox.state = 'queued'`,
    [handed.map(({ id }) => id), handed.map(({ generation }) => generation)],
  );
  return rowCount ?? 0;
}

// Rows that are locked are left out: whoever holds them is just about to end them.
const queued = (condition: string): string =>
  `id IN (SELECT id FROM inbox WHERE state = 'queued' AND ${condition} ORDER BY id FOR UPDATE SKIP LOCKED)`;

/**
 * Makes due again what nobody renewed the lease of: a lost job, a dead worker. The more often a row was under way when
 * its worker ended, the later its turn, so that no row is the first one under way again and again. Returns how many.
 */
export async function returnExpiredEvents(catalog: Catalog): Promise<number> {
  const { rowCount } = await catalog.pool.query(
    `${BACK}, next_at = now() + starts * interval '250 ms' WHERE ${queued('lease_until < now()')}`,
  );
  return rowCount ?? 0;
}

/** Makes due again whatever was handed over: the queue has lost its memory. Returns how many. */
export async function returnAllEvents(catalog: Catalog): Promise<number> {
  const { rowCount } = await catalog.pool.query(`${BACK} WHERE ${queued('true')}`);
  return rowCount ?? 0;
}
