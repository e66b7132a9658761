import { createHash } from 'node:crypto';
import { canonicalJson, type AnyReport, type ReportName, type ReportParameters } from '@strata/report';
import type { TagFilter } from '../filter/tag-filter.js';
import type { Catalog, Sql } from '../open-catalog.js';
import { findPolicies } from '../policy/find-policies.js';
import type { Policy } from '../policy/policy.js';
import { readPolicyFilters } from '../policy/read-policy-filters.js';
import { makeCoverageReport } from './make-coverage-report.js';
import { makeLossesReport } from './make-losses-report.js';
import { makePoliciesReport } from './make-policies-report.js';
import { makeRetirementReport } from './make-retirement-report.js';
import { makeStorageReport } from './make-storage-report.js';
import { makeVerificationReport } from './make-verification-report.js';
import { readMoment, type CatalogMoment } from './read-moment.js';
import type { ReportBody } from './report-body.js';
import { MAX_LISTED, ReportError, type ReportRequest, type ReportScope } from './report-request.js';

/** How long one statement of a report may take, unless whoever asks has less time. */
const STATEMENT_LIMIT_MS = 60_000;

/**
 * Makes a report from one state of the catalog. The same state and the same request give the same report, also an hour
 * later: nothing in it is measured at `now`, which only decides which waivers have run out by then, and for the age of
 * facts which full hour it is. The revision names the state by where the feed of changes stood, and by a hash of all that the
 * report says: also of what changes without being told in the feed. Throws `ReportError`, and what `tagsWhere` does.
 */
export async function makeReport(
  catalog: Catalog,
  asked: ReportRequest,
  now: Date,
  statementLimitMs: number = STATEMENT_LIMIT_MS,
): Promise<AnyReport> {
  check(asked);
  const client = await catalog.pool.connect();
  let broken: Error | undefined;
  try {
    await client.query('BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY');
    await client.query(`SET LOCAL statement_timeout = ${statementLimitMs}`);
    const moment = await readMoment(client, now);
    const scope = await scopeOf(client, asked, momentOf(asked, moment, now), now);
    return complete(scope, moment, await makers[asked.name](scope));
  } finally {
    await client.query('ROLLBACK').catch((error: Error) => (broken = error));
    client.release(broken);
  }
}

const makers: { readonly [Name in ReportName]: (scope: ReportScope) => Promise<ReportBody<Name>> } = {
  policies: makePoliciesReport,
  coverage: makeCoverageReport,
  retirement: makeRetirementReport,
  losses: makeLossesReport,
  storage: makeStorageReport,
  verification: makeVerificationReport,
};

function check({ name, limit, mediaTypes }: ReportRequest): void {
  if (!Number.isInteger(limit) || limit < 0 || limit > MAX_LISTED)
    throw new ReportError('limit', 'limit', `a list of a report has at most ${MAX_LISTED.toLocaleString('en')} rows`);
  if (mediaTypes !== null && name !== 'retirement')
    throw new ReportError('not-this-report', 'mediaType', 'only the retirement report is of media types');
}

const HOUR_MS = 3_600_000;

/** Facts grow older while nothing happens, so for their age each full hour is a moment of its own. */
function momentOf({ name, asOf }: ReportRequest, { at }: CatalogMoment, now: Date): Date {
  if (asOf !== null) return asOf;
  if (name !== 'verification') return at;
  return new Date(Math.max(at.getTime(), Math.floor(now.getTime() / HOUR_MS) * HOUR_MS));
}

async function scopeOf(db: Sql, asked: ReportRequest, at: Date, now: Date): Promise<ReportScope> {
  const { asOf, where, policy, name } = asked;
  if (asOf !== null && asOf > now) throw new ReportError('ahead', 'asOf', 'nothing is known of a moment to come');
  const ofPolicy = policy === null ? null : await policyNamed(db, policy);
  const inScope = ofPolicy === null || name === 'policies' ? null : whereOf(ofPolicy, at);
  const filters = [where?.filter ?? null, inScope].filter((filter) => filter !== null);
  const [only = null, ...others] = filters;
  return { db, asked, at, past: asOf, where: others.length === 0 ? only : { and: filters } };
}

async function policyNamed(db: Sql, name: string): Promise<Policy> {
  const policy = (await findPolicies(db)).find((each) => each.name === name);
  if (policy === undefined)
    throw new ReportError('unknown-policy', 'policy', `there is no policy ${JSON.stringify(name)}`);
  return policy;
}

function whereOf(policy: Policy, at: Date): TagFilter {
  const { name, unreadable } = policy;
  if (unreadable === null) return readPolicyFilters(policy, at).where;
  const why = `${unreadable.path} ${unreadable.message}`;
  throw new ReportError('unreadable-policy', 'policy', `the policy ${JSON.stringify(name)} cannot be read: ${why}`);
}

function complete({ asked, at }: ReportScope, { position }: CatalogMoment, body: ReportBody<ReportName>): AnyReport {
  const parameters: ReportParameters = {
    asOf: asked.asOf?.toISOString() ?? null,
    limit: asked.limit,
    mediaTypes: asked.mediaTypes === null ? null : [...asked.mediaTypes],
    policy: asked.policy,
    where: asked.where?.written ?? null,
  };
  const said = { ...body, report: asked.name, version: 1, asOf: at.toISOString(), parameters };
  const hash = createHash('sha256').update(canonicalJson(said)).digest('hex').slice(0, 32);
  // The maker of that name gave the body of that name.
  return { ...said, revision: `${position}.${hash}` } as AnyReport;
}
