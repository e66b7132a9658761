import type { PolicyResult, ReportedFinding } from '@strata/report';
import { digestFromBytes } from '../digest-bytes.js';
import { rawSql, sql, toQuery, type SqlPart } from '../filter/sql.js';
import { tagColumns } from '../filter/tag-columns.js';
import type { TagFilter } from '../filter/tag-filter.js';
import { findingMessage } from '../finding/finding-message.js';
import { findPolicies } from '../policy/find-policies.js';
import { isNew, type Policy } from '../policy/policy.js';
import { readPolicyFilters } from '../policy/read-policy-filters.js';
import type { FindingKind, Severity } from '../stored-words.js';
import { countTags, tagsWhere } from '../tag/find-tags.js';
import { inForce, isOpen, withWaiver, type WaiverRow } from './finding-state.js';
import type { ReportBody } from './report-body.js';
import type { ReportScope } from './report-request.js';

/**
 * How each policy stands, and what is open: violations of policies and everything else that was found. As the catalog
 * is, the verdicts are those that were examined last; of a past moment, the tags of that moment are held to the policies of
 * today, so that a year can be compared.
 */
export async function makePoliciesReport(scope: ReportScope): Promise<ReportBody<'policies'>> {
  const { db, asked } = scope;
  const policies = (await findPolicies(db)).filter(({ name }) => asked.policy === null || name === asked.policy);
  const results: PolicyResult[] = [];
  for (const policy of policies) results.push(await resultOf(scope, policy));
  return { policies: results, findings: await readFindings(scope) };
}

async function resultOf(scope: ReportScope, policy: Policy): Promise<PolicyResult> {
  const { name, description, owner, severity } = policy;
  const { open, waived } = await readVerdicts(scope, policy);
  const { inScope, failing } = await countTagsOf(scope, policy, open);
  return {
    ...{
      name,
      description,
      owner,
      severity: severity.toUpperCase() as Uppercase<Severity>,
      isEvaluated: policy.unreadable === null && !isNew(policy),
    },
    ...{ inScope, passing: inScope - failing, failing, waived: Math.min(waived, failing) },
  };
}

/** Of a policy that is unreadable only what it had found is known. */
async function countTagsOf(scope: ReportScope, policy: Policy, open: number) {
  if (policy.unreadable !== null) return { inScope: open, failing: open };
  const { where, require } = readPolicyFilters(policy, scope.at);
  const inScope = await count(scope, [where]);
  return {
    inScope,
    failing: scope.past === null ? Math.min(open, inScope) : await count(scope, [where, { not: require }]),
  };
}

async function count({ db, past, where }: ReportScope, filters: readonly TagFilter[]): Promise<number> {
  const all = where === null ? filters : [...filters, where];
  const [only, ...others] = all;
  const meant = others.length === 0 ? only : { and: all };
  const [tags = 0] = await countTags(db, { where: meant, asOf: past, scope: { kind: 'everywhere' } });
  return tags;
}

/** How many findings of a policy are open, and how many of them are waived. */
async function readVerdicts(scope: ReportScope, { id }: Policy) {
  const statement = sql`SELECT count(*)::int AS open, count(*) FILTER (WHERE waiver.until_at > ${scope.at})::int AS waived
    FROM finding ${withWaiver(scope.past)}
    WHERE finding.kind = 'policy' AND finding.policy_id = ${id} AND ${isOpen(scope.past)} AND ${await isAbout(scope)}`;
  const { rows } = await scope.db.query<{ readonly open: number; readonly waived: number }>(toQuery(statement));
  return rows[0] ?? { open: 0, waived: 0 };
}

/** With a filter, only findings about tags that match it. */
async function isAbout({ db, where, past }: ReportScope): Promise<SqlPart> {
  if (where === null) return rawSql('TRUE');
  const tag = tagColumns(past);
  return sql`finding.tag_id IN (SELECT tag.id FROM ${tag.from} WHERE ${await tagsWhere(db, where, tag)})`;
}

interface Raw extends WaiverRow {
  readonly kind: FindingKind;
  readonly severity: Severity;
  readonly policy: { readonly name: string; readonly description: string | null } | null;
  readonly reference: string | null;
  readonly repository: string;
  readonly digest: Buffer | null;
  readonly subject: string;
  readonly detail: unknown;
  readonly openedAt: Date;
  readonly total: number;
}

async function readFindings(scope: ReportScope): Promise<ReportBody<'policies'>['findings']> {
  const { db, asked, past, at } = scope;
  const ofPolicy = asked.policy === null ? rawSql('TRUE') : sql`policy.name = ${asked.policy}`;
  const statement = sql`SELECT finding.kind, finding.severity, finding.subject, finding.detail, finding.opened_at AS "openedAt",
      CASE WHEN policy.id IS NOT NULL THEN jsonb_build_object('name', policy.name, 'description', policy.description) END AS policy,
      about.reference, registry.host || '/' || repository.name AS repository, target.digest,
      waiver.until_at AS until, waiver.reason, waiver.by, (count(*) OVER ())::int AS total
    FROM finding JOIN repository ON repository.id = finding.repository_id JOIN registry ON registry.id = repository.registry_id
    LEFT JOIN tag AS about ON about.id = finding.tag_id LEFT JOIN manifest AS target ON target.id = finding.manifest_id
    LEFT JOIN policy ON policy.id = finding.policy_id ${withWaiver(past)}
    WHERE ${isOpen(past)} AND policy.removed_at IS NULL AND ${ofPolicy} AND ${await isAbout(scope)}
    ORDER BY finding.severity DESC, finding.kind, coalesce(about.reference, registry.host || '/' || repository.name),
      policy.name, finding.subject, finding.id LIMIT ${asked.limit}`;
  const { rows } = await db.query<Raw>(toQuery(statement));
  return { total: rows[0]?.total ?? 0, listed: rows.map((row) => toFinding(row, at)) };
}

function toFinding(row: Raw, at: Date): ReportedFinding {
  const { kind, severity, subject, detail, policy, openedAt } = row;
  const reference = row.reference ?? `${row.repository}@${row.digest === null ? '?' : digestFromBytes(row.digest)}`;
  return {
    kind: kind.toUpperCase() as Uppercase<FindingKind>, // the definition of Uppercase
    severity: severity.toUpperCase() as Uppercase<Severity>, // likewise
    policy: policy?.name ?? null,
    reference,
    subject,
    message: findingMessage({ kind, reference, subject, detail, policy }),
    openedAt: openedAt.toISOString(),
    waiver: inForce(row, at),
  };
}
