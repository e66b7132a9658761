import type { FindingKind, Severity } from '../stored-words.js';
import { allOf, rawSql, sql, whenGiven, type SqlPart } from './sql.js';
import { idsWhere, storable, type TextFilter } from './text-filter.js';

/** Which findings are meant; fields are joined by AND, absent ones ask nothing. */
export interface FindingFilter {
  /** Names of policies, also of those that were removed. */
  readonly policy?: readonly string[] | null | undefined;
  readonly kind?: readonly FindingKind[] | null | undefined;
  readonly severity?: readonly Severity[] | null | undefined;
  /** The name of the repository that the tag or the manifest is in. */
  readonly repository?: TextFilter | null | undefined;
  readonly open?: boolean | null | undefined;
  /** Whether the last waiver is not over yet. */
  readonly waived?: boolean | null | undefined;
}

/** The condition on `finding`; `now` decides which waivers are over. */
export function compileFindingFilter(filter: FindingFilter, now: Date): SqlPart {
  return allOf([
    ...countedConditions(filter, rawSql('finding.closed_at IS NULL')),
    ...whenGiven(filter.waived, (waived) =>
      waived ? sql`finding.waived_until > ${now}::timestamptz` : isNotWaived(now),
    ),
  ]);
}

/** The condition on `finding` that no waiver of it lasts at that moment. */
export function isNotWaived(now: Date): SqlPart {
  return sql`NOT coalesce(finding.waived_until > ${now}::timestamptz, FALSE)`;
}

/** The condition on counts of findings (a table that is called `finding`); they do not know what is waived. */
export function compileCountedFindings(filter: FindingFilter): SqlPart {
  return allOf(countedConditions(filter, rawSql('finding.is_open')));
}

function countedConditions(
  { policy, kind, severity, repository, open }: FindingFilter,
  isOpen: SqlPart,
): readonly SqlPart[] {
  return [
    ...whenGiven(policy, (names) => {
      const ids = sql`SELECT id FROM policy WHERE name = ANY (${names.filter(storable)}::text[])`;
      return sql`finding.kind = 'policy' AND ${oneOrMore(names, rawSql('finding.policy_id'), ids)}`;
    }),
    ...whenGiven(kind, kindIs),
    ...whenGiven(severity, (words) => oneOf(rawSql('finding.severity'), words, rawSql('severity'))),
    ...whenGiven(repository, (text) => sql`finding.repository_id IN (${idsWhere('repository', 'name', text)})`),
    ...whenGiven(open, (isSo) => (isSo ? isOpen : sql`NOT (${isOpen})`)),
  ];
}

/** Says "and not a policy's" where that follows, because the index of the other kinds is for those alone. */
function kindIs(kinds: readonly FindingKind[]): SqlPart {
  const condition = oneOf(rawSql('finding.kind'), kinds, rawSql('finding_kind'));
  return kinds.includes('policy') ? condition : sql`finding.kind <> 'policy' AND ${condition}`;
}

/** One word is compared and several are looked for: only the first leaves an index in its order. */
function oneOf(column: SqlPart, words: readonly string[], type: SqlPart): SqlPart {
  const [only, ...others] = words;
  if (only !== undefined && others.length === 0) return sql`${column} = ${only}::${type}`;
  return sql`${column} = ANY (${words}::${type}[])`;
}

function oneOrMore(names: readonly string[], column: SqlPart, ids: SqlPart): SqlPart {
  return names.length === 1 ? sql`${column} = (${ids})` : sql`${column} IN (${ids})`;
}
