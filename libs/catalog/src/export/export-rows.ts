import { findingSentence } from '../finding/find-findings.js';
import type { Catalog } from '../open-catalog.js';
import { readRows, type TextRow } from '../read-rows.js';
import { compileExport, type ExportQuery } from './export-lists.js';

/** Rows that one step reads. */
const STEP_ROWS = 500;

/** How long one step may take. */
const STEP_LIMIT_MS = 60_000;

/** The cells of one row as text, in the order of the fields. */
export type ExportRow = TextRow;

/**
 * Reads every row that the query chooses, as the catalog stood at the first step, some hundreds at a time; see `readRows`.
 * `signal` ends the statement under way. Throws what `compileExport` does, before the first rows.
 */
export async function* exportRows(
  catalog: Catalog,
  query: ExportQuery,
  fields: readonly string[],
  signal: AbortSignal,
): AsyncGenerator<readonly ExportRow[]> {
  const finish = finisherOf(query, fields);
  const reading = { stepRows: STEP_ROWS, stepLimitMs: STEP_LIMIT_MS, signal };
  for await (const rows of readRows(catalog, (sql) => compileExport(sql, query, fields), reading)) yield finish(rows);
}

/** What is left to do to rows that the database gave: sentences are made here. */
function finisherOf(
  { kind }: ExportQuery,
  fields: readonly string[],
): (rows: readonly ExportRow[]) => readonly ExportRow[] {
  const at = kind === 'findings' ? fields.indexOf('message') : -1;
  if (at === -1) return (rows) => rows;
  const finish = (cell: string | null, index: number): string | null =>
    index === at && cell !== null ? findingSentence(cell) : cell;
  return (rows) => rows.map((row) => row.map(finish));
}
