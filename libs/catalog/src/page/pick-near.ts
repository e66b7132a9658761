import { allOf, rawSql, sql, type SqlPart } from '../filter/sql.js';
import type { PagePick } from './list.js';

/**
 * For a list of one table whose order has an index, and whose condition another one: how many rows are met in the order, so
 * that a page is found among them or nobody walks on. Who meets a page there is spared the other index, and whoever does
 * not looks up all that the condition finds, and sorts. Left to its statistics, PostgreSQL now and then walks for long.
 */
export interface NearLook {
  /** The name of the table, which is all of `from`. */
  readonly table: string;
  readonly rows: number;
  /** The most that are met, from the beginning, where a page can be expected among them after the first `rows`. */
  readonly furtherRows: number;
}

/**
 * The rows of one table that meet `where`, as if they were all looked at: among the first rows in the order; where these are
 * too few, but as many as let a page be expected there, among the further ones; else among all that meet the condition.
 * OFFSET 0 keeps the order out of the last look, and with it the walk.
 */
export function pickNear({ table, rows, furtherRows }: NearLook, where: SqlPart): PagePick {
  const name = rawSql(table);
  return ({ after, sorted, limit }) => {
    const enough = Math.ceil((limit * rows) / furtherRows);
    const walk = (most: number, when: SqlPart): SqlPart => sql`SELECT ${name}.id FROM (
        SELECT ${name}.* FROM ${name} WHERE ${after ?? rawSql('TRUE')} ORDER BY ${sorted} LIMIT ${most}
      ) AS ${name} WHERE ${allOf([where, when])} ORDER BY ${sorted} LIMIT ${limit}`;
    const isShort = sql`greatest((SELECT count(*) FROM near), (SELECT count(*) FROM further)) < ${limit}`;
    const all = allOf([where, ...(after === null ? [] : [after]), isShort]);
    return sql`${name}.id IN (WITH near AS MATERIALIZED (${walk(rows, rawSql('TRUE'))}), further AS MATERIALIZED (
        ${walk(furtherRows, sql`(SELECT count(*) BETWEEN ${enough} AND ${limit - 1} FROM near)`)}
      ), far AS MATERIALIZED (
        SELECT ${name}.id FROM (SELECT ${name}.* FROM ${name} WHERE ${all} OFFSET 0) AS ${name} ORDER BY ${sorted} LIMIT ${limit}
      )
      SELECT id FROM near UNION ALL SELECT id FROM further UNION ALL SELECT id FROM far)`;
  };
}
