import { setTimeout as pause } from 'node:timers/promises';
import type { Sql } from '../open-catalog.js';

/** Waits until every change may be told: transactions of other databases on the same server hold them back as well. */
export async function waitForChanges(db: Sql): Promise<void> {
  for (;;) {
    const { rowCount } = await db.query(
      'SELECT FROM change WHERE xid >= pg_snapshot_xmin(pg_current_snapshot())::text::bigint LIMIT 1',
    );
    if (rowCount === 0) return;
    await pause(20);
  }
}
