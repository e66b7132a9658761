import { boundedStatement, type BoundedSql } from '../inbox/record-events-statement.js';

/** Says that events of a source may have been lost until now, so that a crawl finds what they did not say. */
export async function markDirty(sql: BoundedSql, sourceId: number, at: Date): Promise<void> {
  await sql.query(
    boundedStatement('UPDATE source SET dirty_since = greatest(dirty_since, $2) WHERE id = $1', [
      sourceId,
      at.toISOString(),
    ]),
  );
}
