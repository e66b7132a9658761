import { z } from 'zod';

/** A moment, RFC 3339 in UTC to the millisecond: as text, so that a report is the same on every machine. */
const Instant = z.iso.datetime();
const Count = z.number().int().nonnegative();

/** As everywhere in the API: a number up to 2^53-1, digits above. */
const Bytes = z.union([Count, z.string().regex(/^\d+$/)]);

/** The first rows of a list in its order, and how many there are: a list that was cut off says so. */
function listOf<T extends z.ZodType>(item: T) {
  return z.object({ total: Count, listed: z.array(item) });
}

/** What a report was asked about; null where nothing was said. */
export const ReportParameters = z.object({
  /** The moment that was asked for; null for the last change of the catalog. */
  asOf: Instant.nullable(),
  /** Rows that each list may hold. */
  limit: Count,
  /** Of the retirement report: the media types that are to go, where not all of Docker's. */
  mediaTypes: z.array(z.string()).nullable(),
  policy: z.string().nullable(),
  /** A filter of tags, as it was written. */
  where: z.unknown(),
});

/** See `ReportParameters`. */
export type ReportParameters = z.infer<typeof ReportParameters>;

const head = {
  parameters: ReportParameters,
  /** Up to when time counts: ages, waivers and months are measured here, and never at the moment of asking. */
  asOf: Instant,
  /** Names exactly this state of what the report says; opaque. */
  revision: z.string(),
  /** Of this shape; another shape has another number. */
  version: z.literal(1),
};

/** The words of `finding_kind` and `severity` in the contract's spelling. */
export const FINDING_KINDS = [
  'POLICY',
  'PLATFORM_LOST',
  'PLATFORM_MISMATCH',
  'BROKEN_INDEX',
  'INVALID_MANIFEST',
  'LEGACY_FORMAT',
  'STALE_BASE',
  'TAG_ROLLED_BACK',
] as const;

/** How much a finding matters, the least first. */
export const SEVERITIES = ['LOW', 'MEDIUM', 'HIGH', 'CRITICAL'] as const;

/** See `SEVERITIES`. */
export type ReportSeverity = (typeof SEVERITIES)[number];

const Waiver = z.object({ until: Instant, reason: z.string(), by: z.string() });

const ReportedFinding = z.object({
  kind: z.enum(FINDING_KINDS),
  severity: z.enum(SEVERITIES),
  /** Name; null for what is found without one. */
  policy: z.string().nullable(),
  /** `registry/repository:tag`, or `registry/repository@digest` of a manifest. */
  reference: z.string(),
  subject: z.string(),
  message: z.string(),
  openedAt: Instant,
  /** The one in force; null where there is none. */
  waiver: Waiver.nullable(),
});

/** One open finding. */
export type ReportedFinding = z.infer<typeof ReportedFinding>;

const PolicyResult = z.object({
  name: z.string(),
  description: z.string().nullable(),
  owner: z.string().nullable(),
  severity: z.enum(SEVERITIES),
  /** Its findings are of its present definition; until then they are those of the one before, or none. */
  isEvaluated: z.boolean(),
  /** Passing and failing together. */
  inScope: Count,
  passing: Count,
  failing: Count,
  /** Of those that fail. */
  waived: Count,
});

/** How the tags in scope of one policy stand. */
export type PolicyResult = z.infer<typeof PolicyResult>;

/** What must hold, where it does not, and what is accepted for a while. */
export const PoliciesReport = z.object({
  report: z.literal('policies'),
  ...head,
  policies: z.array(PolicyResult),
  /** Most severe first, then by reference. */
  findings: listOf(ReportedFinding),
});

/** Tags by one word, such as an architecture. */
const Group = z.object({ name: z.string(), tags: Count });

const coverageFigures = {
  tags: Count,
  /** Those that a client can run at all: charts, signatures and the like have no platform. Shares are of these. */
  runnable: Count,
  /** Most tags first. A tag counts once in each. */
  architectures: z.array(Group),
  platforms: z.array(Group),
};

const NamespaceCoverage = z.object({ namespace: z.string(), ...coverageFigures });

/** Tags of one namespace by what they run on. */
export type NamespaceCoverage = z.infer<typeof NamespaceCoverage>;

/** Which architectures and platforms tags have: in all, per namespace, and at the end of each month. */
export const CoverageReport = z.object({
  report: z.literal('coverage'),
  ...head,
  ...coverageFigures,
  /** Most tags first; those behind the largest are left off together. */
  namespaces: listOf(NamespaceCoverage),
  /** The last twelve, the oldest first; the last one up to `asOf`. */
  months: z.array(
    z.object({
      month: z.string(),
      at: Instant,
      ...coverageFigures,
      /** Those listed above, in that order. */
      namespaces: z.array(NamespaceCoverage),
    }),
  ),
});

/** One month of `CoverageReport`. */
export type MonthCoverage = z.infer<typeof CoverageReport>['months'][number];

const Conversion = z.object({
  /** Null: there is no such form, or the document is not kept; `reasons` says why. */
  mediaType: z.string().nullable(),
  isLossless: z.boolean(),
  /** What is lost, or why it cannot be done. */
  reasons: z.array(z.string()),
});

const RetiringTag = z.object({
  reference: z.string(),
  digest: z.string(),
  mediaType: z.string(),
  format: z.string(),
  owner: z.string(),
  /** Where the owner was read: the key of a label or an annotation, or `namespace`. */
  ownerFrom: z.string(),
  lastPushAt: Instant,
  /** Well-known registries that refuse it as it is; null where it was not looked at. */
  refusedBy: z.array(z.string()).nullable(),
  /** To OCI; null where it was not looked at. */
  conversion: Conversion.nullable(),
});

/** One tag that still is what is to go. */
export type RetiringTag = z.infer<typeof RetiringTag>;

/** What is left of formats and media types that are to go, whose it is, and what going would take. */
export const RetirementReport = z.object({
  report: z.literal('retirement'),
  ...head,
  mediaTypes: z.array(
    z.object({
      mediaType: z.string(),
      format: z.string(),
      tags: Count,
      repositories: Count,
      oldestPushAt: Instant,
      lastPushAt: Instant,
    }),
  ),
  owners: listOf(z.object({ owner: z.string(), ownerFrom: z.string(), tags: Count, lastPushAt: Instant })),
  /** How many manifests were parsed to say what would break; those that most tags point at. */
  lookedAt: Count,
  /** Oldest push first. */
  tags: listOf(RetiringTag),
  months: z.array(z.object({ month: z.string(), at: Instant, tags: Count })),
});

const Loss = z.object({
  reference: z.string(),
  platform: z.string(),
  lostAt: Instant,
  /** Who pushed, where the registry told it. */
  actor: z.string().nullable(),
  fromDigest: z.string().nullable(),
  toDigest: z.string().nullable(),
  /** When the platform was back, or the tag gone; null while it is lost. */
  closedAt: Instant.nullable(),
  waiver: Waiver.nullable(),
});

/** One platform that one tag lost. */
export type Loss = z.infer<typeof Loss>;

/** Platforms that tags lost within the year, with the push that did it. */
export const LossesReport = z.object({
  report: z.literal('losses'),
  ...head,
  open: Count,
  platforms: z.array(z.object({ name: z.string(), open: Count, lost: Count })),
  months: z.array(z.object({ month: z.string(), lost: Count })),
  /** Open ones first, then the latest. */
  losses: listOf(Loss),
});

const bytes = {
  /** As pushed: each image's layers, in each repository that holds it. */
  logicalBytes: Bytes,
  /** Each layer once per registry. */
  uniqueBytes: Bytes,
  /** What deleting just this would free. */
  exclusiveBytes: Bytes,
};

/** What is stored, and what of it is shared. */
export const StorageReport = z.object({
  report: z.literal('storage'),
  ...head,
  ...bytes,
  registries: z.array(z.object({ registry: z.string(), repositories: Count, ...bytes })),
  /** Most unique bytes first; likewise the repositories. */
  namespaces: listOf(z.object({ registry: z.string(), namespace: z.string(), repositories: Count, ...bytes })),
  repositories: listOf(z.object({ registry: z.string(), repository: z.string(), tags: Count, ...bytes })),
});

/** How long ago facts were compared with the registry that they are about. */
export const VerificationReport = z.object({
  report: z.literal('verification'),
  ...head,
  registries: z.array(
    z.object({
      registry: z.string(),
      tags: Count,
      /** By the age of what is known of them; each tag counts in the first that it fits. */
      ages: z.array(z.object({ upToHours: Count.nullable(), tags: Count })),
      olderThanDay: Count,
      /** Null where there is no tag. */
      oldestAt: Instant.nullable(),
    }),
  ),
  /** Tags last compared more than 24 hours before `asOf`, the oldest first. */
  older: listOf(z.object({ reference: z.string(), digest: z.string(), verifiedAt: Instant })),
});

/** Any report, told apart by `report`. */
export const AnyReport = z.discriminatedUnion('report', [
  PoliciesReport,
  CoverageReport,
  RetirementReport,
  LossesReport,
  StorageReport,
  VerificationReport,
]);

/** See `AnyReport`. */
export type AnyReport = z.infer<typeof AnyReport>;

/** What a report is called. */
export type ReportName = AnyReport['report'];

/** One of them by name. */
export type ReportOf<Name extends ReportName> = Extract<AnyReport, { readonly report: Name }>;

/** The names of all reports. */
export const REPORT_NAMES = ['policies', 'coverage', 'retirement', 'losses', 'storage', 'verification'] as const;

/** Whether there is a report of this name. */
export function isReportName(name: string): name is ReportName {
  return REPORT_NAMES.some((known) => known === name);
}
