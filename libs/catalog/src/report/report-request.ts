import type { ReportName } from '@strata/report';
import type { TagFilter } from '../filter/tag-filter.js';
import type { Sql } from '../open-catalog.js';

/** What is asked for. */
export interface ReportRequest {
  readonly name: ReportName;
  /** Only tags that match; the filter, and how it was written. */
  readonly where: { readonly filter: TagFilter; readonly written: unknown } | null;
  /** The name of a policy: only that one, or only the tags in its scope. */
  readonly policy: string | null;
  /** Of the retirement report: what is to go; null for schema 1 and the types of Docker. */
  readonly mediaTypes: readonly string[] | null;
  /** Null for the last change of the catalog. */
  readonly asOf: Date | null;
  /** Rows that each list may hold, at most `MAX_LISTED`. */
  readonly limit: number;
}

/** More rows are no report but an export. */
export const MAX_LISTED = 100_000;

/** What one report is made from: a transaction that sees one state of the catalog, and what was asked. */
export interface ReportScope {
  readonly db: Sql;
  readonly asked: ReportRequest;
  /** Up to when time counts. */
  readonly at: Date;
  /** The past moment that was asked for; null where the catalog is meant as it is. */
  readonly past: Date | null;
  /** The tags that are meant; null for all. */
  readonly where: TagFilter | null;
}

/** What is wrong with what was asked. */
export type ReportErrorCode =
  'unknown-policy' | 'unreadable-policy' | 'not-this-report' | 'limit' | 'ahead' | 'no-past' | 'repositories-only';

/** Says that there is no such report; `parameter` is the one that is to blame. */
export class ReportError extends Error {
  override readonly name = 'ReportError';
  constructor(
    readonly code: ReportErrorCode,
    readonly parameter: 'policy' | 'mediaType' | 'limit' | 'asOf' | 'where',
    message: string,
  ) {
    super(message);
  }
}
