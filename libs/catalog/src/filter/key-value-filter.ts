import { allOf, sql, type SqlPart } from './sql.js';
import { compileText, storable, type TextFilter } from './text-filter.js';

/** Asks about one key of some labels or annotations; without `value`, whether it is there. */
export interface KeyValueFilter {
  readonly key: string;
  readonly value?: TextFilter | null | undefined;
}

/**
 * The condition that a `jsonb` column of texts by key must meet: every one of these. The first operator of each is one
 * that the column's index knows. Not for use under NOT where the column may be null: there it is null, not false.
 */
export function compileKeyValues(column: SqlPart, filters: readonly KeyValueFilter[]): SqlPart {
  return allOf(filters.map((filter) => compileKeyValue(column, filter)));
}

function compileKeyValue(column: SqlPart, { key, value }: KeyValueFilter): SqlPart {
  if (!storable(key)) return sql`FALSE`;
  const isThere = sql`${column} ? ${key}::text`;
  if (value === null || value === undefined) return isThere;
  const exact = value.eq;
  const holds = compileText(sql`(${column} ->> ${key}::text)`, value);
  if (exact === null || exact === undefined || !storable(exact)) return sql`${isThere} AND ${holds}`;
  return sql`${column} @> jsonb_build_object(${key}::text, ${exact}::text) AND ${holds}`;
}

/** An empty list asks nothing, and is not to become a question about having labels at all. */
export function anyGiven(filters: readonly KeyValueFilter[] | null | undefined): readonly KeyValueFilter[] | null {
  return filters === null || filters === undefined || filters.length === 0 ? null : filters;
}
