import type { ExportColumn, ExportRow } from '@strata/catalog';
import { csvLine } from '@strata/report';

/** The formats of exports by the ending of their address. */
export const EXPORT_FORMATS = ['csv', 'jsonl', 'json'] as const;

/** How an export is written. */
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

/** Turns rows into text: what comes first, a piece per step, and what shows that nothing was cut off. */
export interface ExportWriter {
  readonly contentType: string;
  readonly begin: string;
  rows(rows: readonly ExportRow[]): string;
  readonly end: string;
}

/** Opens the writer of a format. */
export function openExportWriter(format: ExportFormat, columns: readonly ExportColumn[]): ExportWriter {
  switch (format) {
    case 'csv':
      return {
        contentType: 'text/csv; charset=utf-8; header=present',
        begin: csvLine(columns.map(({ name }) => name)),
        rows: (rows) => rows.map(csvLine).join(''),
        end: '',
      };
    case 'jsonl':
      return {
        contentType: 'application/jsonl; charset=utf-8',
        begin: '',
        rows: (rows) => rows.map((row) => `${jsonObject(columns, row)}\n`).join(''),
        end: '',
      };
    case 'json': {
      let before = '\n';
      return {
        contentType: 'application/json; charset=utf-8',
        begin: '[',
        rows(rows) {
          const text = rows.map((row) => jsonObject(columns, row)).join(',\n');
          const piece = before + text;
          before = ',\n';
          return piece;
        },
        end: '\n]\n',
      };
    }
  }
}

function jsonObject(columns: readonly ExportColumn[], row: ExportRow): string {
  const members = columns.map(
    ({ name, kind }, index) => `${JSON.stringify(name)}:${jsonValue(kind, row[index] ?? null)}`,
  );
  return `{${members.join(',')}}`;
}

/** Counts as in the API: a number while it is exact in a double, a text of digits above. */
function jsonValue(kind: ExportColumn['kind'], cell: string | null): string {
  if (cell === null) return 'null';
  if (kind === 'count') return Number.isSafeInteger(Number(cell)) ? cell : `"${cell}"`;
  return JSON.stringify(kind === 'list' ? cell.split(',').filter((item) => item !== '') : cell);
}
