import type { Sql } from '../open-catalog.js';

/** Says that events of a source may have been lost until now, so that a crawl finds what they did not say. */
export async function markDirty(sql: Sql, sourceId: number, at: Date): Promise<void> {
  await sql.query('UPDATE source SET dirty_since = greatest(dirty_since, $2) WHERE id = $1', [sourceId, at]);
}
