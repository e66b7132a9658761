import { csvLine } from './csv.js';
import type { AnyReport } from './report.js';
import { tablesOf } from './table.js';

/**
 * One list of a report as CSV (RFC 4180): the one of this name, or the report's first. Null where it has none of that
 * name. No cell is a formula to a spreadsheet.
 */
export function formatCsv(report: AnyReport, name: string | null): string | null {
  const tables = tablesOf(report);
  const table = name === null ? tables[0] : tables.find((each) => each.name === name);
  if (table === undefined) return null;
  const lines = table.rows.map((row) => csvLine(row.map((cell) => (cell === null ? null : String(cell)))));
  return csvLine(table.columns.map((column) => column.name)) + lines.join('');
}
