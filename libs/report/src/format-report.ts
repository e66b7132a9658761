import { canonicalJson } from './canonical-json.js';
import { formatCsv } from './format-csv.js';
import { formatHtml } from './format-html.js';
import type { AnyReport } from './report.js';

/** The formats that every report has, by the ending of its address. */
export const REPORT_FORMATS = ['json', 'csv', 'html'] as const;

/** How a report is written. */
export type ReportFormat = (typeof REPORT_FORMATS)[number];

/** Their types as HTTP says them. */
export const REPORT_MEDIA_TYPES = {
  json: 'application/json',
  csv: 'text/csv; charset=utf-8; header=present',
  html: 'text/html; charset=utf-8',
} as const satisfies Readonly<Record<ReportFormat, string>>;

/**
 * The bytes of a report: the same ones, whoever makes them wherever, for the same report. `table` is the list that CSV
 * is of; null for the first. Null where the report has no such list.
 */
export function formatReport(report: AnyReport, format: ReportFormat, table: string | null = null): Uint8Array | null {
  const text = textOf(report, format, table);
  return text === null ? null : Buffer.from(text, 'utf8');
}

function textOf(report: AnyReport, format: ReportFormat, table: string | null): string | null {
  switch (format) {
    case 'json':
      return canonicalJson(report);
    case 'csv':
      return formatCsv(report, table);
    case 'html':
      return formatHtml(report);
  }
}
