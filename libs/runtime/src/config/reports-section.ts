import { isAbsolute, join } from 'node:path';
import { z } from 'zod';
import { namedListSection, type ConfigSection } from './config-section.js';

/** A report that is made again and again, and kept: `R` is the name of a report, `M` one of its formats. */
export interface ReportConfig<R extends string = string, M extends string = string> {
  readonly name: string;
  readonly report: R;
  readonly format: M;
  readonly interval: 'week' | 'month' | { readonly everyMs: number };
  /** Time of day in UTC, in milliseconds after midnight. */
  readonly atMs: number;
  /** How many are kept. */
  readonly keep: number;
  /** The PEM file of the key; null for a report that is not signed. */
  readonly keyFile: string | null;
  /** A filter of tags as it was written, and checked; null for all. */
  readonly where: unknown;
  readonly policy: string | null;
  readonly mediaTypes: readonly string[] | null;
  /** Rows that each list may hold. */
  readonly limit: number;
}

/** What the configuration has to know of reports, handed in because this library knows none. */
export interface ReportWords<R extends string, M extends string> {
  readonly reports: readonly R[];
  readonly formats: readonly [M, ...M[]];
  /** The shape of `where`. */
  readonly where: z.ZodType;
  readonly maxLimit: number;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** Hours that divide a day, or whole days: the times of day stay the same. */
const every = z.string().transform((text, context): ReportConfig['interval'] => {
  if (text === 'week' || text === 'month') return text;
  if (text === 'day') return { everyMs: DAY_MS };
  const [, count = '', unit] = /^([1-9][0-9]{0,2})([hd])$/.exec(text) ?? [];
  const everyMs = Number(count) * (unit === 'h' ? HOUR_MS : DAY_MS);
  if (everyMs > 0 && (everyMs % DAY_MS === 0 || DAY_MS % everyMs === 0)) return { everyMs };
  context.addIssue({
    code: 'custom',
    message: 'must be 1h, 2h, 3h, 4h, 6h, 8h, 12h, day, 2d and so on, week or month',
  });
  return z.NEVER;
});

const timeOfDay = z.string().transform((text, context): number => {
  const [, hours, minutes] = /^([01][0-9]|2[0-3]):([0-5][0-9])$/.exec(text) ?? [];
  if (hours !== undefined) return Number(hours) * HOUR_MS + Number(minutes) * 60_000;
  context.addIssue({ code: 'custom', message: 'must be a time of day in UTC such as 06:00' });
  return z.NEVER;
});

/** `reports:`, those that are kept, in the words of the caller. `sign: true` means the key of `STRATA_SIGNING_KEY`. */
export function reportsSection<R extends string, M extends string>(
  words: ReportWords<R, M>,
): ConfigSection<readonly ReportConfig<R, M>[]> {
  return {
    name: 'reports',
    read(given, place) {
      const schema = reportSchema(words, place.env['STRATA_SIGNING_KEY'], place.folder);
      const { value, problems } = namedListSection('reports', 'report', schema).read(given, place);
      return { value: value?.map((report, index) => ({ ...report, where: filterAt(given, index) })) ?? null, problems };
    },
  };
}

/** As it was written: it is read again for each report, because it may say times as so long ago. */
function filterAt(given: unknown, index: number): unknown {
  return z.array(z.record(z.string(), z.unknown())).safeParse(given).data?.[index]?.['where'] ?? null;
}

function reportSchema<R extends string, M extends string>(
  { reports, formats, where, maxLimit }: ReportWords<R, M>,
  defaultKey: string | undefined,
  folder: string,
) {
  return z
    .strictObject({
      name: z.string().regex(/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/, 'must be 1 to 63 of a-z, 0-9 and inner hyphens'),
      report: z.enum(reports, `must be one of: ${reports.join(', ')}`),
      format: z.enum(formats, `must be one of: ${formats.join(', ')}`).default(formats[0]),
      every,
      at: timeOfDay.default(0),
      keep: z
        .int('must be a whole number')
        .min(1, 'must be at least 1')
        .max(10_000, 'must be at most 10,000')
        .default(60),
      sign: z.union([z.boolean(), z.string().min(1)], 'must be true, false or the file of a key').default(false),
      where: where.nullish(),
      policy: z.string().min(1).nullish(),
      mediaTypes: z.array(z.string().min(1)).min(1, 'must name at least one').nullish(),
      limit: z.int('must be a whole number').min(0).max(maxLimit, `must be at most ${maxLimit}`).default(maxLimit),
    })
    .superRefine(({ sign, report, mediaTypes }, context) => {
      if (sign === true && (defaultKey ?? '') === '')
        context.addIssue({ code: 'custom', path: ['sign'], message: 'needs STRATA_SIGNING_KEY, which is not set' });
      if (mediaTypes && report !== 'retirement')
        context.addIssue({ code: 'custom', path: ['mediaTypes'], message: 'are only of the report retirement' });
    })
    .transform(({ every: interval, at, sign, where: filter, policy, mediaTypes, ...given }): ReportConfig<R, M> => {
      const file = sign === true ? defaultKey : sign === false ? null : isAbsolute(sign) ? sign : join(folder, sign);
      return {
        ...given,
        ...{ interval, atMs: at, keyFile: file ?? null, where: filter },
        ...{ policy: policy ?? null, mediaTypes: mediaTypes ?? null },
      };
    });
}
