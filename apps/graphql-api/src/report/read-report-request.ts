import { MAX_LISTED, type ReportRequest } from '@strata/catalog';
import type { TagFilter } from '@strata/graphql';
import { isReportName, REPORT_FORMATS, type ReportFormat } from '@strata/report';
import type { GraphQLSchema } from 'graphql';
import { toTagFilter } from '../answer/filters.js';
import { userError } from '../answer/user-error.js';
import { coerceValue, parseFilter } from '../answer/json-input.js';

/** What is asked for by an address below `/reports`. */
export interface AskedReport {
  readonly request: ReportRequest;
  readonly format: ReportFormat;
  /** The list that CSV is of; null for the first. */
  readonly table: string | null;
}

/** Rows of each list, unless more are asked for: CSV is for all of them, the others are read. */
export const DEFAULT_LIMIT = { json: 1_000, html: 1_000, csv: MAX_LISTED } as const satisfies Record<
  ReportFormat,
  number
>;

const PARAMETERS = ['where', 'policy', 'mediaType', 'asOf', 'limit', 'table'] as const;

/**
 * Reads an address such as `/reports/coverage.html?where={"registry":{"eq":"r.example"}}`. Null for a report or a format
 * that there is none of. Throws a `GraphQLError` with the code and the place of the mistake.
 */
export function readReportRequest(schema: GraphQLSchema, file: string, parameters: unknown): AskedReport | null {
  const [name = '', ending = '', ...rest] = file.split('.');
  const format = REPORT_FORMATS.find((known) => known === ending);
  if (!isReportName(name) || format === undefined || rest.length > 0) return null;
  const given = readParameters(parameters);
  const { where, policy, asOf, limit, table } = given.single;
  if (table !== undefined && format !== 'csv') throw userError('BAD_USER_INPUT', 'only CSV is of one table', 'table');
  return {
    request: {
      name,
      where: where === undefined ? null : readWhere(schema, where),
      policy: policy ?? null,
      mediaTypes: given.mediaTypes.length === 0 ? null : given.mediaTypes,
      asOf: asOf === undefined ? null : (coerceValue(schema, 'DateTime', 'asOf', asOf) as Date), // what that scalar gives
      limit: limit === undefined ? DEFAULT_LIMIT[format] : readLimit(limit),
    },
    format,
    table: table ?? null,
  };
}

interface Parameters {
  readonly single: Readonly<Partial<Record<(typeof PARAMETERS)[number], string>>>;
  /** May be given more than once. */
  readonly mediaTypes: readonly string[];
}

function readParameters(parameters: unknown): Parameters {
  const given = Object.entries(typeof parameters === 'object' ? (parameters ?? {}) : {});
  const single: Partial<Record<(typeof PARAMETERS)[number], string>> = {};
  const mediaTypes: string[] = [];
  for (const [key, value] of given as readonly (readonly [string, unknown])[]) {
    const name = PARAMETERS.find((known) => known === key);
    if (name === undefined) throw userError('BAD_USER_INPUT', `a report takes ${PARAMETERS.join(', ')}`, key);
    const texts = (Array.isArray(value) ? value : [value]).filter((text) => typeof text === 'string');
    if (name === 'mediaType') mediaTypes.push(...texts);
    else if (texts.length !== 1 || Array.isArray(value))
      throw userError('BAD_USER_INPUT', `${name} is to be given once`, name);
    else single[name] = texts[0] ?? '';
  }
  return { single, mediaTypes };
}

function readWhere(schema: GraphQLSchema, text: string): ReportRequest['where'] {
  const written = parseFilter(text);
  return { written, filter: toTagFilter(coerceValue(schema, 'TagFilter', 'where', written) as TagFilter) }; // of its type
}

function readLimit(text: string): number {
  const limit = Number(text);
  if (/^\d{1,9}$/.test(text) && limit <= MAX_LISTED) return limit;
  throw userError('BAD_USER_INPUT', `limit must be a number up to ${MAX_LISTED}`, 'limit');
}
