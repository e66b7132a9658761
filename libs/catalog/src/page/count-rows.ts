import type { Sql } from '../open-catalog.js';
import { rawSql, sql, toQuery, type SqlPart } from '../filter/sql.js';
import type { List } from './list.js';

/** The exact number of rows per parent, in the order of `parents`, in one statement; see `findPages`. */
export async function countRows(
  db: Sql,
  list: Omit<List, 'columns'>,
  parents: readonly (bigint | null)[],
): Promise<readonly number[]> {
  const { of } = list;
  const count = (scope: SqlPart): SqlPart =>
    sql`SELECT count(*) FROM ${list.from} WHERE (${list.where}) AND (${scope})`;
  const statement =
    of === undefined
      ? sql`SELECT 1::bigint AS parent, (${count(sql`TRUE`)}) AS n`
      : sql`SELECT parents.parent, (${count(of(rawSql('parents.id')))}) AS n
        FROM unnest(${parents}::bigint[]) WITH ORDINALITY AS parents (id, parent)`;
  const { rows } = await db.query<{ readonly parent: bigint; readonly n: bigint }>(toQuery(statement));
  const counts = new Map(rows.map(({ parent, n }) => [Number(parent), Number(n)]));
  return parents.map((_, index) => counts.get(index + 1) ?? 0);
}
