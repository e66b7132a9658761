import { MAX_LISTED, tagFilterSchema } from '@strata/catalog';
import { REPORT_FORMATS, REPORT_NAMES } from '@strata/report';

/** What `reports:` in strata.yaml may say. A filter may say times as so long ago; it is read anew for each report. */
export const reportWords = {
  reports: REPORT_NAMES,
  formats: REPORT_FORMATS,
  where: tagFilterSchema({ now: () => new Date() }),
  maxLimit: MAX_LISTED,
} as const;
