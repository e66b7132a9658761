import type { Sql } from '../open-catalog.js';
import { rawSql, sql as part, toQuery } from './sql.js';
import { compileText, type TextFilter } from './text-filter.js';

/** Whether one text meets a filter, judged by the database like every other filter, so that there is one meaning of a glob. */
export async function textMatches(sql: Sql, filter: TextFilter, text: string): Promise<boolean> {
  const { rows } = await sql.query<{ matches: boolean }>(
    toQuery(
      part`SELECT ${compileText(rawSql('given.text'), filter)} AS matches FROM (SELECT ${text}::text AS text) AS given`,
    ),
  );
  return rows[0]?.matches === true;
}
