import type { AnyReport, NamespaceCoverage, ReportOf } from '../report.js';
import { ageWord, shareOf } from '../table.js';
import { barChart, heatMap, lineChart, type BarPart } from './charts.js';
import type { Markup } from './markup.js';
import { formatBytes, formatCount, formatShare } from './numbers.js';

/** More rows than this are read in the tables. */
const MAX_BARS = 20;
const MAX_LINES = 6;
const MAX_COLUMNS = 8;

/** What each report is called, and what it tells. */
export const REPORT_TITLES = {
  policies: ['Policies', 'What must hold of tags, where it does not, and what is accepted for a while.'],
  coverage: ['Platform coverage', 'Which architectures and platforms live tags have, by namespace and by month.'],
  retirement: ['Retirement', 'What is left of formats that are to go, whose it is, and what going would take.'],
  losses: ['Platform losses', 'Platforms that tags lost within the year, with the push that did it.'],
  storage: ['Storage', 'What is stored, what of it is shared, and what deleting would free.'],
  verification: ['Verification age', 'How long ago what is known was compared with the registries.'],
} as const satisfies Readonly<Record<AnyReport['report'], readonly [string, string]>>;

/** A figure that is read first. */
export interface Tile {
  readonly label: string;
  readonly value: string;
}

/** The few figures at the top. */
export function tilesOf(report: AnyReport): readonly Tile[] {
  const tile = (label: string, value: number): Tile => ({ label, value: formatCount(value) });
  switch (report.report) {
    case 'policies': {
      const failing = report.policies.filter((policy) => policy.failing > policy.waived);
      return [
        tile('policies', report.policies.length),
        tile('of them fail', failing.length),
        tile('open findings', report.findings.total),
      ];
    }
    case 'coverage':
      return [
        tile('tags', report.tags),
        tile('that something runs', report.runnable),
        ...report.architectures
          .slice(0, 3)
          .map(({ name, tags }) => ({ label: name, value: formatShare(shareOf(tags, report.runnable)) })),
      ];
    case 'retirement':
      return [
        tile('tags left', report.tags.total),
        tile('media types', report.mediaTypes.length),
        tile('owners', report.owners.total),
      ];
    case 'losses':
      return [tile('platforms still lost', report.open), tile('lost within the year', report.losses.total)];
    case 'storage':
      return [
        { label: 'stored', value: formatBytes(report.uniqueBytes) },
        { label: 'as pushed', value: formatBytes(report.logicalBytes) },
        tile('repositories', report.repositories.total),
      ];
    case 'verification':
      return [
        tile(
          'tags',
          report.registries.reduce((sum, { tags }) => sum + tags, 0),
        ),
        tile('older than 24 h', report.older.total),
      ];
  }
}

/** The charts of a report; every figure of theirs stands in its tables too. */
export function chartsOf(report: AnyReport): readonly Markup[] {
  switch (report.report) {
    case 'policies':
      return policyCharts(report);
    case 'coverage':
      return coverageCharts(report);
    case 'retirement':
      return retirementCharts(report);
    case 'losses':
      return lossCharts(report);
    case 'storage':
      return storageCharts(report);
    case 'verification':
      return verificationCharts(report);
  }
}

function policyCharts({ policies }: ReportOf<'policies'>): readonly Markup[] {
  if (policies.length === 0) return [];
  const bars = policies.slice(0, MAX_BARS).map(({ name, inScope, passing, failing, waived }) => ({
    label: name,
    parts: [shareOf(passing, inScope), shareOf(waived, inScope), shareOf(failing - waived, inScope)],
    value: inScope === 0 ? 'none in scope' : `${formatCount(failing - waived)} fail of ${formatCount(inScope)}`,
  }));
  const described = {
    title: 'Tags in scope of each policy',
    description: 'The share that passes, is waived, and fails.',
  };
  return [
    barChart(described, bars, [
      { name: 'passing', colour: 0 },
      { name: 'waived', colour: 5 },
      { name: 'failing', colour: 4 },
    ]),
  ];
}

function coverageCharts(report: ReportOf<'coverage'>): readonly Markup[] {
  const names = report.architectures.map(({ name }) => name);
  if (names.length === 0) return [];
  const columns = names.slice(0, MAX_COLUMNS);
  const rows = report.namespaces.listed.slice(0, 2 * MAX_BARS).map((each) => ({
    label: each.namespace === '' ? '(no namespace)' : each.namespace,
    shares: columns.map((name) => (each.runnable === 0 ? null : tagsOf(each, name) / each.runnable)),
  }));
  const lines = names.slice(0, MAX_LINES).map((name) => ({
    name,
    values: report.months.map((month) => shareOf(tagsOf(month, name), month.runnable)),
  }));
  const bars = report.platforms.slice(0, MAX_BARS).map(({ name, tags }) => ({
    label: name,
    parts: [tags],
    value: `${formatCount(tags)} (${formatShare(shareOf(tags, report.runnable))})`,
  }));
  const months = report.months.map(({ month }) => month);
  return [
    heatMap(
      {
        title: 'Share of tags with each architecture, by namespace, in percent',
        description: 'Of the tags that something runs.',
      },
      columns,
      rows,
    ),
    lineChart(
      { title: 'Share of tags with each architecture, by month', description: 'At the end of each month.' },
      months,
      lines,
      {
        top: 1,
        label: formatShare,
      },
    ),
    barChart({ title: 'Tags by platform', description: 'A tag counts once in each platform that it has.' }, bars),
  ];
}

function tagsOf(figures: Omit<NamespaceCoverage, 'namespace'>, architecture: string): number {
  return figures.architectures.find(({ name }) => name === architecture)?.tags ?? 0;
}

function retirementCharts({ months, owners, mediaTypes }: ReportOf<'retirement'>): readonly Markup[] {
  const line = { name: 'tags', values: months.map(({ tags }) => tags) };
  const bars = owners.listed
    .slice(0, MAX_BARS)
    .map(({ owner, tags }) => ({ label: owner, parts: [tags], value: formatCount(tags) }));
  const types = mediaTypes.map(({ format, tags }) => ({ label: format, parts: [tags], value: formatCount(tags) }));
  return [
    countLines({ title: 'What is left, by month', description: 'Tags at the end of each month.' }, months, line),
    barChart({ title: 'What is left, by format', description: 'Tags now.' }, types),
    barChart({ title: 'What is left, by owner', description: 'Tags now, the owners with most of them.' }, bars),
  ];
}

/** Up to a round number above the highest point. */
function countLines(
  described: { readonly title: string; readonly description: string },
  months: readonly { readonly month: string }[],
  line: { readonly name: string; readonly values: readonly number[] },
): Markup {
  const most = Math.max(4, ...line.values);
  const step = 10 ** Math.floor(Math.log10(most));
  const top = Math.ceil(most / step) * step;
  return lineChart(
    described,
    months.map(({ month }) => month),
    [line],
    {
      top,
      label: (value) => (Number.isInteger(value) ? formatCount(value) : value.toFixed(1)),
    },
  );
}

function lossCharts({ months, platforms }: ReportOf<'losses'>): readonly Markup[] {
  const byMonth = months.map(({ month, lost }) => ({ label: month, parts: [lost], value: formatCount(lost) }));
  const byPlatform = platforms.slice(0, MAX_BARS).map(({ name, open, lost }) => ({
    label: name,
    parts: [open, lost - open],
    value: `${formatCount(open)} of ${formatCount(lost)} still lost`,
  }));
  return [
    barChart({ title: 'Platforms lost, by month', description: 'However it ended.' }, byMonth),
    barChart({ title: 'Platforms lost, by platform', description: 'Still lost, and over.' }, byPlatform, [
      { name: 'still lost', colour: 4 },
      { name: 'over', colour: 5 },
    ]),
  ];
}

function storageCharts({ namespaces, repositories }: ReportOf<'storage'>): readonly Markup[] {
  type Sizes = Pick<ReportOf<'storage'>, 'uniqueBytes' | 'exclusiveBytes'>;
  const bar = (label: string, { uniqueBytes, exclusiveBytes }: Sizes) => ({
    label,
    parts: [Number(exclusiveBytes), Number(uniqueBytes) - Number(exclusiveBytes)],
    value: formatBytes(uniqueBytes),
  });
  const parts: readonly BarPart[] = [
    { name: 'shared with nothing', colour: 0 },
    { name: 'shared', colour: 5 },
  ];
  return [
    barChart(
      { title: 'Stored, by namespace', description: 'Each layer once per registry.' },
      namespaces.listed.slice(0, MAX_BARS).map((each) => bar(`${each.registry}/${each.namespace}`, each)),
      parts,
    ),
    barChart(
      { title: 'Stored, by repository', description: 'The largest.' },
      repositories.listed.slice(0, MAX_BARS).map((each) => bar(each.repository, each)),
      parts,
    ),
  ];
}

/** The fresh ones calm, the old ones not. */
const AGE_COLOURS: readonly BarPart['colour'][] = [0, 2, 5, 1, 4];

function verificationCharts({ registries }: ReportOf<'verification'>): readonly Markup[] {
  const bars = registries.slice(0, MAX_BARS).map(({ registry, tags, ages, olderThanDay }) => ({
    label: registry,
    parts: ages.map((age) => shareOf(age.tags, tags)),
    value: `${formatCount(olderThanDay)} of ${formatCount(tags)} old`,
  }));
  const parts =
    registries[0]?.ages.map(({ upToHours }, index) => ({
      name: ageWord(upToHours),
      colour: AGE_COLOURS[index] ?? 4,
    })) ?? [];
  return [
    barChart(
      { title: 'Age of what is known of tags, by registry', description: 'As shares of the tags.' },
      bars,
      parts,
    ),
  ];
}
