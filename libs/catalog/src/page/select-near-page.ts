import { allOf, rawSql, sql, type SqlPart } from '../filter/sql.js';
import type { NearLook } from './list.js';

/** What a page is made of: `after` is where it begins, and only that is asked of the rows that are met. */
export interface PagePart {
  readonly selected: SqlPart;
  readonly where: SqlPart;
  readonly after: SqlPart | null;
  readonly sorted: SqlPart;
  readonly limit: number;
}

/**
 * The page of rows of one table, as if they were all looked at: among the first rows in the order, or, where these are too
 * few, among all that meet the condition. OFFSET 0 keeps the order out of the second look, and with it the walk.
 */
export function selectNearPage(
  { table, rows }: NearLook,
  { selected, where, after, sorted, limit }: PagePart,
): SqlPart {
  const name = rawSql(table);
  const met = sql`SELECT ${name}.* FROM ${name} WHERE ${after ?? rawSql('TRUE')} ORDER BY ${sorted} LIMIT ${rows}`;
  const all = allOf([where, ...(after === null ? [] : [after]), sql`(SELECT count(*) FROM near) < ${limit}`]);
  return sql`WITH near AS MATERIALIZED (
      SELECT ${name}.id FROM (${met}) AS ${name} WHERE ${where} ORDER BY ${sorted} LIMIT ${limit}
    ), far AS MATERIALIZED (
      SELECT ${name}.id FROM (SELECT ${name}.* FROM ${name} WHERE ${all} OFFSET 0) AS ${name} ORDER BY ${sorted} LIMIT ${limit}
    )
    SELECT ${selected} FROM ${name} WHERE ${name}.id IN (SELECT id FROM near UNION ALL SELECT id FROM far)
    ORDER BY ${sorted} LIMIT ${limit}`;
}
