import type { QueryConfig, QueryResult, QueryResultRow } from 'pg';

/** A database that answers the hook later than this is treated as away; the sender asks again. */
export const STATEMENT_TIMEOUT_MS = 4_000;

/**
 * A statement that gives up by itself: when the database hangs, the connection is thrown away instead of being held
 * for ever. (`query_timeout` is documented by pg per query, its types know it per client only.)
 */
export function boundedStatement(text: string, values: unknown[]): QueryConfig {
  const statement: QueryConfig & { readonly query_timeout: number } = {
    text,
    values,
    query_timeout: STATEMENT_TIMEOUT_MS,
  };
  return statement;
}

/** The pool, or the client of a transaction under way, for statements as `boundedStatement` makes them. */
export interface BoundedSql {
  query<Row extends QueryResultRow>(statement: QueryConfig): Promise<QueryResult<Row>>;
}
