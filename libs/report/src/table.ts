import type { AnyReport, NamespaceCoverage } from './report.js';

/** How a column is written for people: a word is not broken, a sentence has room, and a detail is only in CSV. In CSV all are plain. */
export type ColumnKind = 'text' | 'detail' | 'word' | 'sentence' | 'count' | 'bytes' | 'share' | 'time';

/** A column: its name for programs, and its heading for people. */
export interface Column {
  readonly name: string;
  readonly title: string;
  readonly kind: ColumnKind;
}

/** One list of a report as rows. */
export interface Table {
  /** What `table=` calls it. */
  readonly name: string;
  readonly title: string;
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly (string | number | null)[])[];
  /** How many rows there are, these and those that were left off. */
  readonly total: number;
}

/** The lists of a report, the one that CSV has unless another is named first. */
export function tablesOf(report: AnyReport): readonly [Table, ...Table[]] {
  switch (report.report) {
    case 'policies':
      return [findingsTable(report), policiesTable(report)];
    case 'coverage':
      return [coverageTable(report), monthsTable(report)];
    case 'retirement':
      return [retiringTable(report), mediaTypesTable(report), ownersTable(report), retirementMonthsTable(report)];
    case 'losses':
      return [lossesTable(report), lostPlatformsTable(report), lossMonthsTable(report)];
    case 'storage':
      return [repositoriesTable(report), namespacesTable(report), registriesTable(report)];
    case 'verification':
      return [verificationTable(report), olderTable(report)];
  }
}

type Of<Name extends AnyReport['report']> = Extract<AnyReport, { readonly report: Name }>;

/** A table from one description per column: name, title, kind, and what a row has there. */
function table<Row>(
  name: string,
  title: string,
  list: { readonly total: number; readonly listed: readonly Row[] },
  columns: readonly (readonly [string, string, ColumnKind, (row: Row) => string | number | null])[],
): Table {
  return {
    ...{ name, title, total: list.total },
    columns: columns.map(([column, heading, kind]) => ({ name: column, title: heading, kind })),
    rows: list.listed.map((row) => columns.map(([, , , cell]) => cell(row))),
  };
}

function whole<Row>(rows: readonly Row[]) {
  return { total: rows.length, listed: rows };
}

function findingsTable({ findings }: Of<'policies'>): Table {
  return table('findings', 'Open findings', findings, [
    ['severity', 'Severity', 'word', ({ severity }) => severity],
    ['kind', 'Kind', 'word', ({ kind }) => kind],
    ['policy', 'Policy', 'word', ({ policy }) => policy],
    ['reference', 'Reference', 'sentence', ({ reference }) => reference],
    ['subject', 'Subject', 'text', ({ subject }) => subject],
    ['message', 'What is wrong', 'sentence', ({ message }) => message],
    ['openedAt', 'Since', 'time', ({ openedAt }) => openedAt],
    ['waivedUntil', 'Waived until', 'time', ({ waiver }) => waiver?.until ?? null],
    ['waivedBy', 'Waived by', 'text', ({ waiver }) => waiver?.by ?? null],
    ['waiverReason', 'Why', 'sentence', ({ waiver }) => waiver?.reason ?? null],
  ]);
}

function policiesTable({ policies }: Of<'policies'>): Table {
  return table('policies', 'Policies', whole(policies), [
    ['policy', 'Policy', 'word', ({ name }) => name],
    ['severity', 'Severity', 'word', ({ severity }) => severity],
    ['owner', 'Owner', 'text', ({ owner }) => owner],
    ['inScope', 'In scope', 'count', ({ inScope }) => inScope],
    ['passing', 'Passing', 'count', ({ passing }) => passing],
    ['failing', 'Failing', 'count', ({ failing }) => failing],
    ['waived', 'Waived', 'count', ({ waived }) => waived],
    ['state', 'State', 'word', ({ isEvaluated }) => (isEvaluated ? 'evaluated' : 'not evaluated')],
    ['description', 'What must hold', 'sentence', ({ description }) => description],
  ]);
}

interface CoverageRow {
  readonly namespace: string | null;
  readonly kind: 'architecture' | 'platform';
  readonly name: string;
  readonly tags: number;
  readonly runnable: number;
}

function coverageRows(figures: Omit<NamespaceCoverage, 'namespace'>, namespace: string | null): readonly CoverageRow[] {
  const { runnable, architectures, platforms } = figures;
  return [
    ...architectures.map((group) => ({ ...group, namespace, runnable, kind: 'architecture' as const })),
    ...platforms.map((group) => ({ ...group, namespace, runnable, kind: 'platform' as const })),
  ];
}

const COVERAGE_COLUMNS = [
  ['namespace', 'Namespace', 'text', ({ namespace }: CoverageRow) => namespace ?? '(all)'],
  ['kind', 'Kind', 'word', ({ kind }: CoverageRow) => kind],
  ['name', 'Platform', 'text', ({ name }: CoverageRow) => name],
  ['tags', 'Tags', 'count', ({ tags }: CoverageRow) => tags],
  ['runnable', 'Of', 'count', ({ runnable }: CoverageRow) => runnable],
  ['share', 'Share', 'share', ({ tags, runnable }: CoverageRow) => shareOf(tags, runnable)],
] as const;

/** From 0 to 1, to four places: no machine writes it another way. */
export function shareOf(part: number, whole: number): number {
  return whole === 0 ? 0 : Math.round((part / whole) * 10_000) / 10_000;
}

function coverageTable(report: Of<'coverage'>): Table {
  const { listed, total } = report.namespaces;
  const rows = [...coverageRows(report, null), ...listed.flatMap((each) => coverageRows(each, each.namespace))];
  const title =
    total > listed.length ? `Coverage of the ${listed.length} largest of ${total} namespaces` : 'Coverage by namespace';
  return table('coverage', title, whole(rows), COVERAGE_COLUMNS);
}

function monthsTable({ months }: Of<'coverage'>): Table {
  const rows = months.flatMap((month) =>
    [...coverageRows(month, null), ...month.namespaces.flatMap((each) => coverageRows(each, each.namespace))].map(
      (row) => ({
        ...row,
        month: month.month,
      }),
    ),
  );
  return table('months', 'Coverage at the end of each month', whole(rows), [
    ['month', 'Month', 'word', ({ month }) => month],
    ...COVERAGE_COLUMNS,
  ]);
}

function retiringTable({ tags }: Of<'retirement'>): Table {
  return table('tags', 'Tags, the oldest push first', tags, [
    ['reference', 'Reference', 'sentence', ({ reference }) => reference],
    ['format', 'Format', 'word', ({ format }) => format],
    ['owner', 'Owner', 'text', ({ owner }) => owner],
    ['lastPushAt', 'Last push', 'time', ({ lastPushAt }) => lastPushAt],
    ['refusedBy', 'Refused by', 'text', ({ refusedBy }) => refusedBy?.join(', ') ?? null],
    ['conversion', 'As OCI', 'word', ({ conversion }) => conversionWord(conversion)],
    ['conversionNotes', 'Notes', 'sentence', ({ conversion }) => conversion?.reasons.join('; ') ?? null],
    ['mediaType', 'Media type', 'detail', ({ mediaType }) => mediaType],
    ['ownerFrom', 'Owner from', 'detail', ({ ownerFrom }) => ownerFrom],
    ['digest', 'Digest', 'detail', ({ digest }) => digest],
  ]);
}

function conversionWord(conversion: Of<'retirement'>['tags']['listed'][number]['conversion']): string {
  if (conversion === null) return 'not looked at';
  if (conversion.mediaType === null) return 'not possible';
  return conversion.isLossless ? 'lossless' : 'with losses';
}

function mediaTypesTable({ mediaTypes }: Of<'retirement'>): Table {
  return table('mediaTypes', 'What is left', whole(mediaTypes), [
    ['mediaType', 'Media type', 'text', ({ mediaType }) => mediaType],
    ['format', 'Format', 'word', ({ format }) => format],
    ['tags', 'Tags', 'count', ({ tags }) => tags],
    ['repositories', 'Repositories', 'count', ({ repositories }) => repositories],
    ['oldestPushAt', 'Oldest push', 'time', ({ oldestPushAt }) => oldestPushAt],
    ['lastPushAt', 'Last push', 'time', ({ lastPushAt }) => lastPushAt],
  ]);
}

function ownersTable({ owners }: Of<'retirement'>): Table {
  return table('owners', 'Whose they are', owners, [
    ['owner', 'Owner', 'text', ({ owner }) => owner],
    ['ownerFrom', 'Read from', 'word', ({ ownerFrom }) => ownerFrom],
    ['tags', 'Tags', 'count', ({ tags }) => tags],
    ['lastPushAt', 'Last push', 'time', ({ lastPushAt }) => lastPushAt],
  ]);
}

function retirementMonthsTable({ months }: Of<'retirement'>): Table {
  return table('months', 'What was left at the end of each month', whole(months), [
    ['month', 'Month', 'word', ({ month }) => month],
    ['tags', 'Tags', 'count', ({ tags }) => tags],
  ]);
}

function lossesTable({ losses }: Of<'losses'>): Table {
  return table('losses', 'Lost platforms, and the push that did it', losses, [
    ['reference', 'Reference', 'sentence', ({ reference }) => reference],
    ['platform', 'Platform', 'word', ({ platform }) => platform],
    ['lostAt', 'Lost', 'time', ({ lostAt }) => lostAt],
    ['actor', 'By', 'text', ({ actor }) => actor],
    ['closedAt', 'Closed', 'time', ({ closedAt }) => closedAt],
    ['waivedUntil', 'Waived until', 'time', ({ waiver }) => waiver?.until ?? null],
    ['fromDigest', 'From', 'detail', ({ fromDigest }) => fromDigest],
    ['toDigest', 'To', 'detail', ({ toDigest }) => toDigest],
  ]);
}

function lostPlatformsTable({ platforms }: Of<'losses'>): Table {
  return table('platforms', 'By platform', whole(platforms), [
    ['platform', 'Platform', 'text', ({ name }) => name],
    ['open', 'Still lost', 'count', ({ open }) => open],
    ['lost', 'In all', 'count', ({ lost }) => lost],
  ]);
}

function lossMonthsTable({ months }: Of<'losses'>): Table {
  return table('months', 'By month', whole(months), [
    ['month', 'Month', 'word', ({ month }) => month],
    ['lost', 'Platforms lost', 'count', ({ lost }) => lost],
  ]);
}

type Sizes = Pick<Of<'storage'>, 'logicalBytes' | 'uniqueBytes' | 'exclusiveBytes'>;

const SIZE_COLUMNS = [
  ['logicalBytes', 'As pushed', 'bytes', ({ logicalBytes }: Sizes) => logicalBytes],
  ['uniqueBytes', 'Stored', 'bytes', ({ uniqueBytes }: Sizes) => uniqueBytes],
  ['exclusiveBytes', 'Shared with nothing', 'bytes', ({ exclusiveBytes }: Sizes) => exclusiveBytes],
] as const;

function repositoriesTable({ repositories }: Of<'storage'>): Table {
  return table('repositories', 'Repositories, the largest first', repositories, [
    ['registry', 'Registry', 'text', ({ registry }) => registry],
    ['repository', 'Repository', 'text', ({ repository }) => repository],
    ['tags', 'Tags', 'count', ({ tags }) => tags],
    ...SIZE_COLUMNS,
  ]);
}

function namespacesTable({ namespaces }: Of<'storage'>): Table {
  return table('namespaces', 'Namespaces', namespaces, [
    ['registry', 'Registry', 'text', ({ registry }) => registry],
    ['namespace', 'Namespace', 'text', ({ namespace }) => namespace],
    ['repositories', 'Repositories', 'count', ({ repositories }) => repositories],
    ...SIZE_COLUMNS,
  ]);
}

function registriesTable({ registries }: Of<'storage'>): Table {
  return table('registries', 'Registries', whole(registries), [
    ['registry', 'Registry', 'text', ({ registry }) => registry],
    ['repositories', 'Repositories', 'count', ({ repositories }) => repositories],
    ...SIZE_COLUMNS,
  ]);
}

/** What a group of ages is called: `up to 24 h`. */
export function ageWord(upToHours: number | null): string {
  return upToHours === null ? 'older' : upToHours < 48 ? `up to ${upToHours} h` : `up to ${upToHours / 24} days`;
}

function verificationTable({ registries }: Of<'verification'>): Table {
  const ages = registries[0]?.ages.map(({ upToHours }) => upToHours) ?? [];
  return table('registries', 'Registries', whole(registries), [
    ['registry', 'Registry', 'text', ({ registry }) => registry],
    ['tags', 'Tags', 'count', ({ tags }) => tags],
    ['olderThanDay', 'Older than 24 h', 'count', ({ olderThanDay }) => olderThanDay],
    ['oldestAt', 'Oldest', 'time', ({ oldestAt }) => oldestAt],
    ...ages.map(
      (upToHours, index) =>
        [
          upToHours === null ? 'older' : `upTo${upToHours}h`,
          ageWord(upToHours),
          'count',
          (row: (typeof registries)[number]) => row.ages[index]?.tags ?? 0,
        ] as const,
    ),
  ]);
}

function olderTable({ older }: Of<'verification'>): Table {
  return table('older', 'Not compared with the registry for more than 24 hours', older, [
    ['reference', 'Reference', 'sentence', ({ reference }) => reference],
    ['verifiedAt', 'Last compared', 'time', ({ verifiedAt }) => verifiedAt],
    ['digest', 'Digest', 'detail', ({ digest }) => digest],
  ]);
}
