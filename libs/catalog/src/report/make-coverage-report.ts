import type { MonthCoverage, NamespaceCoverage } from '@strata/report';
import { COUNTS_OF_REPOSITORIES } from '../count/counted-tags.js';
import { sql, toQuery, rawSql, type SqlPart } from '../filter/sql.js';
import { tagAt, tagColumns } from '../filter/tag-columns.js';
import { findPlatformSets, type PlatformSets } from '../platform/find-platform-sets.js';
import { namespaceOf } from '../repository/namespace.js';
import { countsFor, countsWhere, tagsWhere } from '../tag/find-tags.js';
import { lastMonths } from './months.js';
import type { ReportBody } from './report-body.js';
import type { ReportScope } from './report-request.js';

const NAMESPACE = rawSql(namespaceOf('repository.name'));

/** A year of some namespaces is a table that people can read; the others are in the totals all the same. */
const MAX_NAMESPACES = 200;

/** Tags of a namespace with one set of platforms. */
interface Counted {
  readonly namespace: string;
  readonly set: number;
  readonly tags: number;
}

/** Coverage in all, per namespace, and of both at the end of each of twelve months: one statement per moment. */
export async function makeCoverageReport(scope: ReportScope): Promise<ReportBody<'coverage'>> {
  const sets = await findPlatformSets(scope.db);
  const counted = await countSets(scope, scope.past);
  const all = namespacesOf(counted, sets);
  const listed = all.slice(0, Math.min(MAX_NAMESPACES, scope.asked.limit));
  const months: MonthCoverage[] = [];
  for (const { month, at } of lastMonths(scope.at)) {
    const then = await countSets(scope, at);
    const namespaces = new Map(namespacesOf(then, sets).map((each) => [each.namespace, each]));
    months.push({
      month,
      at: at.toISOString(),
      ...figuresOf(then, sets),
      namespaces: listed.map(({ namespace }) => namespaces.get(namespace) ?? { namespace, ...figuresOf([], sets) }),
    });
  }
  return { ...figuresOf(counted, sets), namespaces: { total: all.length, listed }, months };
}

/** What is counted already serves for now; a past moment is read from the stretches. */
async function countSets({ db, where }: ReportScope, at: Date | null): Promise<readonly Counted[]> {
  const isCounted = countsFor({ where, asOf: at }) !== null;
  const tag = tagColumns(at);
  const counted = isCounted
    ? perRepository(COUNTS_OF_REPOSITORIES.columns.platformSetId, {
        from: COUNTS_OF_REPOSITORIES.from,
        tags: rawSql('sum(tag.tags)'),
        where: await countsWhere(db, where, COUNTS_OF_REPOSITORIES),
      })
    : perRepository(tag.platformSetId, {
        from: tag.from,
        tags: rawSql('count(*)'),
        where: await tagsWhere(db, where, at === null ? tag : tagAt(at)),
      });
  const statement = sql`WITH counted AS (${counted})
    SELECT ${NAMESPACE} AS namespace, counted.set, sum(counted.tags)::int AS tags
    FROM counted JOIN repository ON repository.id = counted.repository_id GROUP BY 1, 2 HAVING sum(counted.tags) > 0`;
  return (await db.query<Counted>(toQuery(statement))).rows;
}

function perRepository(
  set: SqlPart,
  { from, tags, where }: Readonly<Record<'from' | 'tags' | 'where', SqlPart>>,
): SqlPart {
  return sql`SELECT tag.repository_id, ${set} AS set, ${tags} AS tags FROM ${from} WHERE ${where} GROUP BY 1, 2`;
}

function namespacesOf(counted: readonly Counted[], sets: PlatformSets): readonly NamespaceCoverage[] {
  const grouped = Map.groupBy(counted, ({ namespace }) => namespace);
  return [...grouped]
    .map(([namespace, rows]) => ({ namespace, ...figuresOf(rows, sets) }))
    .sort((one, other) => other.tags - one.tags || compareTexts(one.namespace, other.namespace));
}

function figuresOf(counted: readonly Counted[], sets: PlatformSets): Omit<NamespaceCoverage, 'namespace'> {
  const architectures = new Map<string, number>();
  const platforms = new Map<string, number>();
  let tags = 0;
  let runnable = 0;
  for (const row of counted) {
    const set = sets.get(row.set) ?? [];
    tags += row.tags;
    if (set.length > 0) runnable += row.tags;
    for (const word of new Set(set.map(({ architecture }) => architecture))) add(architectures, word, row.tags);
    for (const { name } of set) add(platforms, name, row.tags);
  }
  return { tags, runnable, architectures: ranked(architectures), platforms: ranked(platforms) };
}

function add(counts: Map<string, number>, word: string, tags: number): void {
  counts.set(word, (counts.get(word) ?? 0) + tags);
}

function ranked(counts: ReadonlyMap<string, number>): NamespaceCoverage['architectures'] {
  return [...counts]
    .map(([name, tags]) => ({ name, tags }))
    .sort((one, other) => other.tags - one.tags || compareTexts(one.name, other.name));
}

/** By code units: the same on every machine, whatever its language. */
function compareTexts(one: string, other: string): number {
  return one < other ? -1 : Number(one > other);
}
