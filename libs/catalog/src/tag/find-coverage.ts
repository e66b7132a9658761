import { COUNTS_OF_REPOSITORIES, countSteps } from '../count/counted-tags.js';
import { joinSql, rawSql, sql, toQuery, type SqlPart } from '../filter/sql.js';
import { tagColumns, type CountedColumns } from '../filter/tag-columns.js';
import { askedFields, type TagFilter } from '../filter/tag-filter.js';
import type { Sql } from '../open-catalog.js';
import { findPlatformSets, type PlatformSets } from '../platform/find-platform-sets.js';
import type { PlatformRow } from '../platform/find-platforms.js';
import { namespaceOf } from '../repository/namespace.js';
import type { CountedKey } from '../stored-words.js';
import { countsFor, countsWhere, tagsWhere } from './find-tags.js';

/** What tags can be grouped by. */
export type CoverageKey = 'platform' | 'architecture' | 'platform-set' | 'format' | 'registry' | 'namespace' | 'month';

/** One group of tags. */
export interface CoverageRow {
  /** One word per key, in the order of the keys. */
  readonly key: readonly string[];
  readonly tags: number;
  readonly repositories: number;
  /** Of all tags that were asked about, from 0 to 1. */
  readonly share: number;
}

/** More groups than this are refused: a cut-off list would be a wrong answer. */
export const MAX_GROUPS = 10_000;

/** Says that a question makes more groups than are given. */
export class CoverageError extends Error {
  override readonly name = 'CoverageError';
  constructor() {
    super(
      `more than ${MAX_GROUPS.toLocaleString('en')} groups: ask for fewer keys, or narrow the question with a filter`,
    );
  }
}

/**
 * Counts per group, most tags first, then by key. A tag counts once in every platform or architecture that it has.
 * Throws `CoverageError` and what `tagsWhere` does.
 */
export async function findCoverage(
  db: Sql,
  query: {
    readonly by: readonly CoverageKey[];
    readonly where?: TagFilter | null | undefined;
    /** As the tags stood then; absent for now. */
    readonly asOf?: Date | null | undefined;
  },
): Promise<readonly CoverageRow[]> {
  const { rows } = await db.query<CoverageRow>(toQuery(await coverageStatement(db, query)));
  if (rows.length > MAX_GROUPS) throw new CoverageError();
  return rows;
}

async function coverageStatement(db: Sql, query: Parameters<typeof findCoverage>[1]): Promise<SqlPart> {
  const { by, where } = query;
  const counts = by.includes('month') ? null : countsFor(query);
  const [only] = by;
  const isAlone = by.length === 1 && [...askedFields(where ?? {})].every((field) => field === 'registry');
  if (counts !== null && isAlone && only !== undefined && only !== 'month')
    return compileCountedCoverage(
      only,
      await countsWhere(db, where, counts),
      only === 'platform-set' ? await findPlatformSets(db) : new Map(),
    );
  const sets = by.some(isDecidedOnSets) ? await findPlatformSets(db) : new Map();
  if (counts === null) {
    const tag = tagColumns(query.asOf);
    return compileCoverage(by, { ...tag, tags: rawSql('count(*)') }, await tagsWhere(db, where, tag), sets);
  }
  const source = {
    ...COUNTS_OF_REPOSITORIES.columns,
    from: COUNTS_OF_REPOSITORIES.from,
    tags: rawSql('sum(tag.tags)'),
  };
  return compileCoverage(by, source, await countsWhere(db, where, COUNTS_OF_REPOSITORIES), sets);
}

/** One key, of all tags or of some registries: what is counted, and what was noted since. */
function compileCountedCoverage(key: Exclude<CoverageKey, 'month'>, where: SqlPart, sets: PlatformSets): SqlPart {
  const { stored, word } = COUNTED[key];
  const names =
    key === 'platform-set' ? joinFor(key, sets, sql`CASE WHEN asked.key = ${stored} THEN asked.word::int END`) : sql``;
  return sql`WITH ${countSteps(rawSql('tag_count_todo'))}, tag AS (
      SELECT key, registry_id, word, tags, repositories FROM coverage_count WHERE key IN (${stored}, 'registry')
      UNION ALL
      SELECT key, registry_id, word, tags, repositories FROM coverage_steps WHERE key IN (${stored}, 'registry')
    ), asked AS (
      SELECT tag.*, registry.host FROM tag JOIN registry ON registry.id = tag.registry_id WHERE ${where}
    )
    SELECT ARRAY[${rawSql(word)}::text COLLATE "C"]::text[] AS key, sum(tags)::int AS tags,
      sum(repositories)::int AS repositories,
      (sum(tags)::float8 / (SELECT sum(tags) FROM asked WHERE key = 'registry')) AS share
    FROM asked ${names} WHERE asked.key = ${stored} GROUP BY 1 HAVING sum(tags) <> 0
    ORDER BY sum(tags) DESC, 1 LIMIT ${MAX_GROUPS + 1}`;
}

/** Under which key each is counted, and how its word is written. Of a set its id is, whose platforms may make a long name. */
const COUNTED: Readonly<Record<Exclude<CoverageKey, 'month'>, { readonly stored: CountedKey; readonly word: string }>> =
  {
    platform: { stored: 'platform', word: 'asked.word' },
    architecture: { stored: 'architecture', word: 'asked.word' },
    'platform-set': { stored: 'platform_set', word: `${tableFor('platform-set')}.word` },
    format: { stored: 'format', word: 'upper(asked.word)' },
    registry: { stored: 'registry', word: 'host' },
    namespace: { stored: 'namespace', word: 'asked.word' },
  };

/** Where the first step finds tags, or counts of them. */
interface CoverageSource extends CountedColumns {
  readonly from: SqlPart;
  /** How many a group of rows stands for. */
  readonly tags: SqlPart;
  /** Absent where nothing is known of it, and it is not asked for. */
  readonly pushedAt?: SqlPart;
}

/**
 * Three steps, so that the big table is read once, and in the order of `tag_live_counts` where that serves: tags to
 * (set, format, repository, month), those to (key, repository), and those to groups. The tables of names come in after
 * the first step, when few rows are left.
 */
function compileCoverage(by: readonly CoverageKey[], tag: CoverageSource, where: SqlPart, sets: PlatformSets): SqlPart {
  const format = by.includes('format') ? tag.format : sql`''`;
  const month =
    by.includes('month') && tag.pushedAt !== undefined
      ? sql`to_char(${tag.pushedAt} AT TIME ZONE 'UTC', 'YYYY-MM')`
      : sql`''`;
  const words = by.map((key) => sql`${wordOf(key)}::text COLLATE "C"`);
  return sql`WITH counted AS (
      SELECT ${tag.platformSetId} AS platform_set_id, ${format} AS format, tag.repository_id, ${month} AS month, ${tag.tags} AS tags
      FROM ${tag.from} WHERE ${where} GROUP BY 1, 2, 3, 4 HAVING ${tag.tags} <> 0
    ), keyed AS (
      SELECT ARRAY[${joinSql(words, ', ')}]::text[] AS key, repository_id, sum(tags) AS tags
      FROM counted ${joinSql(
        by.filter(isFirst).map((key) => joinFor(key, sets, sql`counted.platform_set_id`)),
        ' ',
      )} ${namesFor(by)}
      GROUP BY 1, 2
    )
    SELECT key, sum(tags)::int AS tags, count(*)::int AS repositories,
      (sum(tags) / (SELECT sum(tags) FROM counted))::float8 AS share
    FROM keyed GROUP BY key ORDER BY sum(tags) DESC, key LIMIT ${MAX_GROUPS + 1}`;
}

function wordOf(key: CoverageKey): SqlPart {
  switch (key) {
    case 'platform':
    case 'architecture':
    case 'platform-set':
      return rawSql(`${tableFor(key)}.word`);
    case 'format':
      return rawSql('upper(counted.format::text)');
    case 'month':
      return rawSql('counted.month');
    case 'registry':
      return rawSql('registry.host');
    case 'namespace':
      return rawSql(namespaceOf('repository.name'));
  }
}

/** What a set of platforms counts as: one word per group that its tags belong to. */
function wordsOfSet(key: 'platform' | 'architecture' | 'platform-set', set: readonly PlatformRow[]): readonly string[] {
  if (key === 'platform-set') return [set.map(({ name }) => name).join(',')];
  return [...new Set(set.map(({ name, architecture }) => (key === 'platform' ? name : architecture)))];
}

function joinFor(key: CoverageKey, sets: PlatformSets, setId: SqlPart): SqlPart {
  if (!isDecidedOnSets(key)) return sql``;
  const pairs = [...sets].flatMap(([id, set]) => wordsOfSet(key, set).map((word) => ({ id, word })));
  const table = rawSql(tableFor(key));
  return sql`JOIN unnest(${pairs.map(({ id }) => id)}::int[], ${pairs.map(({ word }) => word)}::text[]) AS ${table} (set_id, word)
    ON ${table}.set_id = ${setId}`;
}

function namesFor(by: readonly CoverageKey[]): SqlPart {
  const repository = by.includes('registry') || by.includes('namespace');
  return sql`${rawSql(repository ? 'JOIN repository ON repository.id = counted.repository_id' : '')}
    ${rawSql(by.includes('registry') ? 'JOIN registry ON registry.id = repository.registry_id' : '')}`;
}

function tableFor(key: 'platform' | 'architecture' | 'platform-set'): string {
  return `by_${key.replace('-', '_')}`;
}

function isDecidedOnSets(key: CoverageKey): key is 'platform' | 'architecture' | 'platform-set' {
  return key === 'platform' || key === 'architecture' || key === 'platform-set';
}

/** A key may be asked for twice; its table is joined once. */
function isFirst(key: CoverageKey, index: number, all: readonly CoverageKey[]): boolean {
  return all.indexOf(key) === index;
}
