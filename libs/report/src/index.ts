export { canonicalJson } from './canonical-json.js';
export { csvLine } from './csv.js';
export { formatJunit } from './format-junit.js';
export { formatReport, REPORT_FORMATS, REPORT_MEDIA_TYPES } from './format-report.js';
export type { ReportFormat } from './format-report.js';
export { formatSarif } from './format-sarif.js';
export { AnyReport, REPORT_NAMES, SEVERITIES, isReportName } from './report.js';
export type {
  Loss,
  MonthCoverage,
  NamespaceCoverage,
  PolicyResult,
  ReportedFinding,
  ReportName,
  ReportOf,
  ReportParameters,
  ReportSeverity,
  RetiringTag,
} from './report.js';
export { SigningKeyError, generateSigningKeys, signBytes, signingKeyId, verifySignature } from './signature.js';
export type { Signature, SigningKeys } from './signature.js';
