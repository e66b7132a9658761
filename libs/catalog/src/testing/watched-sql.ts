import type { QueryResultRow } from 'pg';
import type { Sql } from '../open-catalog.js';

/** Statements over `db`, as a connection of its own that nothing is remembered of yet; `rowsRead` has each one's rows, in order. */
export function watchedSql(db: Sql): { readonly sql: Sql; readonly rowsRead: readonly number[] } {
  const rowsRead: number[] = [];
  const sql: Sql = {
    async query<Row extends QueryResultRow>(...args: Parameters<Sql['query']>) {
      const result = await db.query<Row>(...args);
      rowsRead.push(result.rows.length);
      return result;
    },
  };
  return { sql, rowsRead };
}
