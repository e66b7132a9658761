import type { Sql } from '../open-catalog.js';

const TABLES = `
  SELECT table_name AS name FROM information_schema.tables
   WHERE table_schema = 'public' AND table_type = 'BASE TABLE' AND table_name NOT LIKE '\\_%' ORDER BY 1`;

/** Every row of every table, as text and in order, so that two moments can be compared; `except` names tables to leave out. */
export async function dumpTables(
  sql: Sql,
  except: readonly string[] = [],
): Promise<Readonly<Record<string, readonly string[]>>> {
  const { rows: tables } = await sql.query<{ name: string }>(TABLES);
  const dumps = [];
  for (const { name } of tables.filter((table) => !except.includes(table.name))) {
    const { rows } = await sql.query<{ row: string }>(`SELECT "${name}"::text AS row FROM "${name}" ORDER BY 1`);
    dumps.push([name, rows.map(({ row }) => row)] as const);
  }
  return Object.fromEntries(dumps);
}
