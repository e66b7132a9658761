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
 * The page of rows of one table, as if they were all looked at: among the first rows in the order; where these are too few,
 * but as many as let a page be expected there, among the further ones; else among all that meet the condition. OFFSET 0
 * keeps the order out of the last look, and with it the walk.
 */
export function selectNearPage(
  { table, rows, furtherRows }: NearLook,
  { selected, where, after, sorted, limit }: PagePart,
): SqlPart {
  const name = rawSql(table);
  const enough = Math.ceil((limit * rows) / furtherRows);
  const walk = (most: number, when: SqlPart): SqlPart => sql`SELECT ${name}.id FROM (
      SELECT ${name}.* FROM ${name} WHERE ${after ?? rawSql('TRUE')} ORDER BY ${sorted} LIMIT ${most}
    ) AS ${name} WHERE ${allOf([where, when])} ORDER BY ${sorted} LIMIT ${limit}`;
  const isShort = sql`greatest((SELECT count(*) FROM near), (SELECT count(*) FROM further)) < ${limit}`;
  const all = allOf([where, ...(after === null ? [] : [after]), isShort]);
  return sql`WITH near AS MATERIALIZED (${walk(rows, rawSql('TRUE'))}), further AS MATERIALIZED (
      ${walk(furtherRows, sql`(SELECT count(*) BETWEEN ${enough} AND ${limit - 1} FROM near)`)}
    ), far AS MATERIALIZED (
      SELECT ${name}.id FROM (SELECT ${name}.* FROM ${name} WHERE ${all} OFFSET 0) AS ${name} ORDER BY ${sorted} LIMIT ${limit}
    )
    SELECT ${selected} FROM ${name}
    WHERE ${name}.id IN (SELECT id FROM near UNION ALL SELECT id FROM further UNION ALL SELECT id FROM far)
    ORDER BY ${sorted} LIMIT ${limit}`;
}
