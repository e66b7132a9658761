import { allOf, sql, whenGiven, type SqlPart } from './sql.js';

/** `from` is included, `to` is not. */
export interface TimeRange {
  readonly from?: Date | null | undefined;
  readonly to?: Date | null | undefined;
}

/** In bytes; both ends are included. */
export interface SizeRange {
  readonly min?: bigint | null | undefined;
  readonly max?: bigint | null | undefined;
}

/** The condition that a `timestamptz` column must meet. */
export function compileTime(column: SqlPart, range: TimeRange): SqlPart {
  return allOf([
    ...whenGiven(range.from, (from) => sql`${column} >= ${from}::timestamptz`),
    ...whenGiven(range.to, (to) => sql`${column} < ${to}::timestamptz`),
  ]);
}

/** The condition that a `bigint` column must meet. */
export function compileSize(column: SqlPart, range: SizeRange): SqlPart {
  return allOf([
    ...whenGiven(range.min, (min) => sql`${column} >= ${min}::bigint`),
    ...whenGiven(range.max, (max) => sql`${column} <= ${max}::bigint`),
  ]);
}
