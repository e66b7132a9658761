import { sql, type SqlPart } from './sql.js';

/** The digest of a table that has one, as people write it. */
export function digestText(table: SqlPart): SqlPart {
  return sql`CASE get_byte(${table}.digest, 0) WHEN 1 THEN 'sha256:' ELSE 'sha512:' END || encode(substr(${table}.digest, 2), 'hex')`;
}

/** RFC 3339 in UTC, to the millisecond. */
export function instantText(column: SqlPart): SqlPart {
  return sql`to_char(${column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
}
