import { PlatformNameError, InvalidReferenceError, isDigest, parsePlatformName, type Digest } from '@strata/oci';
import { z } from 'zod';
import { MAX_BUILDS_BEHIND } from '../finding/stale-base.js';
import { STORED_WORDS } from '../stored-words.js';
import { checkFilter, FilterError } from './check-filter.js';
import type { KeyValueFilter } from './key-value-filter.js';
import type { PlatformFilter } from './platform-filter.js';
import type { SizeRange, TimeRange } from './ranges.js';
import { readNamedThing } from './read-named-thing.js';
import { readRelativeTime } from './relative-time.js';
import type { TagFilter } from './tag-filter.js';
import type { TextFilter } from './text-filter.js';

/** What a text of JSON may say beside what the contract says. */
export interface ReadingFilters {
  /** Times may also be durations before what this gives; without it they may not. */
  readonly now?: () => Date;
}

/**
 * The shape of the contract's `TagFilter` as JSON: enumerations in capitals, times in RFC 3339, sizes as numbers or as
 * digits; closed, so that a misspelt field is no filter that means everything. Its issues have the places in the JSON.
 */
export function tagFilterSchema(reading: ReadingFilters = {}): z.ZodType<TagFilter> {
  const { now } = reading;
  const time = z.string('must be a time such as 2026-08-20T10:00:00Z').transform((text, context): Date => {
    const relative = now === undefined ? null : readRelativeTime(text, now());
    if (relative !== null) return relative;
    if (RFC_3339.test(text) && !Number.isNaN(Date.parse(text))) return new Date(text);
    const also = now === undefined ? '' : ', or one before now such as -P90D';
    context.addIssue({ code: 'custom', message: `must be a time such as 2026-08-20T10:00:00Z${also}` });
    return z.NEVER;
  });
  const timeRange: z.ZodType<TimeRange> = z.strictObject({ from: time.nullish(), to: time.nullish() });
  const filter: z.ZodType<TagFilter> = z.strictObject({
    registry: textFilter.nullish(),
    repository: textFilter.nullish(),
    name: textFilter.nullish(),
    platforms: platformFilter.nullish(),
    format: words(STORED_WORDS.manifest_format).nullish(),
    mediaType: z.array(text).nullish(),
    digest: digest.nullish(),
    layer: digest.nullish(),
    derivedFrom: reference.nullish(),
    derivedAsOf: time.nullish(),
    basesBehind: z
      .int('must be a whole number')
      .min(1, 'must be at least 1')
      .max(MAX_BUILDS_BEHIND, `must be at most ${MAX_BUILDS_BEHIND}`)
      .nullish(),
    labels: z.array(keyValueFilter).nullish(),
    annotations: z.array(keyValueFilter).nullish(),
    user: textFilter.nullish(),
    layerMediaType: textFilter.nullish(),
    referrer: textFilter.nullish(),
    attestation: words(STORED_WORDS.artifact_kind).nullish(),
    finding: words(STORED_WORDS.finding_kind).nullish(),
    pushed: timeRange.nullish(),
    size: sizeRange.nullish(),
    get and() {
      return z.array(filter).nullish();
    },
    get or() {
      return z.array(filter).nullish();
    },
    get not() {
      return filter.nullish();
    },
  });
  return z.unknown().superRefine(refuseTooLarge).pipe(filter);
}

/** Reads a filter that was kept as JSON. Throws `FilterError` with the first thing that is wrong with it. */
export function readTagFilter(json: unknown, { now }: { readonly now?: Date } = {}): TagFilter {
  if (now === undefined) return readFilter(FIXED, json);
  moment = now;
  return readFilter(RELATIVE, json);
}

function readFilter(schema: z.ZodType<TagFilter>, json: unknown): TagFilter {
  const result = schema.safeParse(json);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const path = issue?.code === 'unrecognized_keys' ? [...issue.path, ...issue.keys.slice(0, 1)] : (issue?.path ?? []);
  throw new FilterError('malformed', writePath(path), issue?.message ?? 'is no filter');
}

const RFC_3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/;
const DIGITS = /^\d{1,19}$/;
const MOST_BYTES = 2n ** 63n - 1n;

const text = z.string('must be a text');

const textFilter: z.ZodType<TextFilter> = z.strictObject({
  eq: text.nullish(),
  in: z.array(text).nullish(),
  startsWith: text.nullish(),
  contains: text.nullish(),
  glob: text.nullish(),
  get not() {
    return textFilter.nullish();
  },
});

const keyValueFilter: z.ZodType<KeyValueFilter> = z.strictObject({ key: text, value: textFilter.nullish() });

const platformNames = z.array(text.superRefine(refusing(parsePlatformName, PlatformNameError)));
const platformFilter: z.ZodType<PlatformFilter> = z.strictObject({
  has: platformNames.nullish(),
  hasAll: platformNames.nullish(),
  lacks: platformNames.nullish(),
  hasNone: platformNames.nullish(),
  exactly: platformNames.nullish(),
});

const reference = text.superRefine(refusing(readNamedThing, InvalidReferenceError));

const digest = z.custom<Digest>(
  (given) => typeof given === 'string' && isDigest(given),
  'must be a digest such as sha256: and 64 hex digits',
);

const bytes = z.union([z.int().nonnegative(), z.string().regex(DIGITS)], 'must be a number of bytes').transform(BigInt);
const size = bytes.refine((count) => count <= MOST_BYTES, 'must be below 2^63');
const sizeRange: z.ZodType<SizeRange> = z.strictObject({ min: size.nullish(), max: size.nullish() });

/** Words of the database as the contract writes them: in capitals. */
function words<Word extends string>(stored: readonly Word[]) {
  const byWord = new Map(stored.map((word) => [word.toUpperCase(), word]));
  const one = z.unknown().transform((given, context): Word => {
    const word = typeof given === 'string' ? byWord.get(given) : undefined;
    if (word !== undefined) return word;
    context.addIssue({ code: 'custom', message: `must be one of: ${[...byWord.keys()].join(', ')}` });
    return z.NEVER;
  });
  return z.array(one);
}

/** What the parser throws is the issue; anything else it throws is a bug. */
function refusing(parse: (given: string) => unknown, refusal: new (...given: never[]) => Error) {
  return (given: string, context: z.RefinementCtx): void => {
    try {
      parse(given);
    } catch (error) {
      if (!(error instanceof refusal)) throw error;
      context.addIssue({ code: 'custom', message: error.message });
    }
  };
}

/** Before anything else is looked at, and then nothing else is. */
function refuseTooLarge(given: unknown, context: z.RefinementCtx): void {
  if (typeof given !== 'object' || given === null) return;
  try {
    checkFilter(given);
  } catch (error) {
    if (!(error instanceof FilterError)) throw error;
    context.addIssue({ code: 'custom', path: readPath(error.path), message: error.message });
  }
}

function readPath(path: string): (string | number)[] {
  const steps = path.matchAll(/\[(\d+)\]|([^.[\]]+)/g);
  return [...steps].map(([step, index]) => (index === undefined ? step : Number(index)));
}

function writePath(path: readonly PropertyKey[]): string {
  return path
    .map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`))
    .join('')
    .replace(/^\./, '');
}

/** Making a schema costs more than reading a hundred filters with it. */
const FIXED = tagFilterSchema();
const RELATIVE = tagFilterSchema({ now: () => moment });

/** Of the reading under way, which nothing interrupts. */
let moment = new Date(0);
