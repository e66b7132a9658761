import {
  formatJunit,
  formatReport,
  formatSarif,
  REPORT_FORMATS,
  type AnyReport,
  type ReportName,
} from '@strata/report';

/** Formats of every report, and those for pipelines, which only policies have. */
const FORMATS = [...REPORT_FORMATS, 'sarif', 'junit'] as const;

/** How `strata report` writes. */
export type CliFormat = (typeof FORMATS)[number];

/** The formats that a report has. */
export function formatsOf(name: ReportName): readonly CliFormat[] {
  return name === 'policies' ? FORMATS : REPORT_FORMATS;
}

/** The report as bytes; null where it has no such table. */
export function writeReport(report: AnyReport, format: CliFormat, table: string | null): Uint8Array | null {
  switch (format) {
    case 'json':
    case 'csv':
    case 'html':
      return formatReport(report, format, table);
    case 'sarif':
      return report.report === 'policies' ? Buffer.from(formatSarif(report)) : null;
    case 'junit':
      return report.report === 'policies' ? Buffer.from(formatJunit(report)) : null;
  }
}
