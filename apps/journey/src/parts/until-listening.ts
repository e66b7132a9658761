import type { Catalog } from '@strata/catalog';
import { until } from './until.js';

/**
 * Waits until so many processes hear of changes in this database: the worker's examiner, and each API that is followed.
 * From then on a follower misses nothing; a subscription itself is not acknowledged in its protocol.
 */
export async function untilListening({ pool }: Pick<Catalog, 'pool'>, processes: number): Promise<void> {
  await until(`${processes} processes listen`, async () => {
    const { rows } = await pool.query<{ listening: number }>(
      `SELECT count(*)::int AS listening FROM pg_stat_activity
        WHERE datname = current_database() AND query = 'LISTEN strata_change'`,
    );
    return rows[0]?.listening === processes ? true : null;
  });
}
