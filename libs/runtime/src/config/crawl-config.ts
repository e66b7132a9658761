import { z } from 'zod';

/** How a source's registry is read to find what its events did not say. */
export interface CrawlConfig {
  /** Repositories to walk that the registry does not list; many list none. */
  readonly repositories: readonly string[];
  /** How often; null for never. */
  readonly crawl: {
    readonly fullEveryMs: number | null;
    readonly sampleEveryMs: number | null;
    /** At the soonest, after a sign that events may have been lost. */
    readonly dirtyEveryMs: number | null;
  };
}

const UNITS_MS = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** A time as people write it, `6h` or `90s`, in milliseconds; `off` is null. */
const every = z.string().transform((text, context): number | null => {
  if (text === 'off') return null;
  const [, count, unit] = /^([1-9][0-9]{0,3})([smhd])$/.exec(text) ?? [];
  if (count !== undefined && isUnit(unit)) return Number(count) * UNITS_MS[unit];
  context.addIssue({ code: 'custom', message: 'must be a time such as 30s, 5m, 6h or 1d, or off' });
  return z.NEVER;
});

function isUnit(text: string | undefined): text is keyof typeof UNITS_MS {
  return text !== undefined && text in UNITS_MS;
}

/** OCI distribution-spec 1.1, "Pulling manifests"; a host in front of it would be another repository. */
const REPOSITORY = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*$/;

const repository = z
  .string()
  .max(255, 'must be at most 255 characters')
  .regex(REPOSITORY, 'must be the name of a repository');

/** The settings of a source that are about its crawls. */
export const crawlSettings = {
  repositories: z.array(repository).max(10_000, 'must hold at most 10,000 names').default([]),
  crawl: z
    .strictObject({
      full: every.default(6 * UNITS_MS.h),
      sample: every.default(5 * UNITS_MS.m),
      dirty: every.default(10 * UNITS_MS.m),
    })
    .prefault({})
    .transform(({ full, sample, dirty }) => ({ fullEveryMs: full, sampleEveryMs: sample, dirtyEveryMs: dirty })),
};
