import type { ReportName, ReportOf } from '@strata/report';

/** What one report says, without what every report has. */
export type ReportBody<Name extends ReportName> = Omit<
  ReportOf<Name>,
  'report' | 'version' | 'revision' | 'asOf' | 'parameters'
>;
