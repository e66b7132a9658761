import { digestText } from '../filter/as-text.js';
import { checkFilter } from '../filter/check-filter.js';
import { compileFindingFilter, type FindingFilter } from '../filter/finding-filter.js';
import { rawSql, sql, toQuery, type SqlPart } from '../filter/sql.js';
import type { Sql } from '../open-catalog.js';
import { findPages } from '../page/find-pages.js';
import { mapPage, type OrderedList, type Page, type PageRequest, type SortOrder } from '../page/list.js';
import type { FindingKind, Severity } from '../stored-words.js';
import { findingMessage, type FindingFacts } from './finding-message.js';
import { pickFindings, type NearFindings } from './pick-findings.js';

/** One finding, with all that its sentence is made of; see `findingMessage`. */
export interface FindingRow extends FindingFacts {
  readonly id: bigint;
  readonly kind: FindingKind;
  readonly severity: Severity;
  readonly policyId: number | null;
  readonly repositoryId: bigint;
  /** Null for a finding about a manifest. */
  readonly tagId: bigint | null;
  /** What the tag pointed at when the finding was opened, or the manifest that it is about. */
  readonly manifestId: bigint | null;
  readonly openedAt: Date;
  /** Null while it is so. */
  readonly closedAt: Date | null;
  /** The last one, over or not. */
  readonly waiver: WaiverRow | null;
}

/** For how long a finding is accepted, why, and who says so. */
export interface WaiverRow {
  readonly until: Date;
  readonly reason: string;
  readonly by: string;
}

/** The orders in which pages are picked; each is made unique by the id. The most severe first are, among themselves, the newest first. */
export type FindingOrder = 'severity-desc' | 'opened-desc';

/** Which findings are wanted; `now` decides which waivers are over. */
export interface FindingQuery {
  readonly where?: FindingFilter | null | undefined;
  readonly now: Date;
}

const id = { column: rawSql('finding.id'), kind: 'integer' } as const;
const opened = { column: rawSql('finding.opened_at'), kind: 'instant' } as const;
const severity = { column: rawSql('finding.severity'), kind: 'severity' } as const;

const ORDERS: Readonly<Record<FindingOrder, SortOrder>> = {
  'severity-desc': { name: 'finding.severity-desc', direction: 'DESC', keys: [severity, opened, id] },
  'opened-desc': { name: 'finding.opened-desc', direction: 'DESC', keys: [opened, id] },
};

/** `finding` and the names beside it. */
export const FINDING_TABLES: SqlPart = rawSql(`finding
  JOIN repository ON repository.id = finding.repository_id
  JOIN registry ON registry.id = repository.registry_id
  LEFT JOIN tag ON tag.id = finding.tag_id
  LEFT JOIN manifest AS target ON target.id = finding.manifest_id
  LEFT JOIN policy ON policy.id = finding.policy_id
  LEFT JOIN LATERAL (
    SELECT until_at, reason, "by" FROM waiver WHERE waiver.finding_id = finding.id ORDER BY waiver.id DESC LIMIT 1
  ) AS waiver ON finding.waived_until IS NOT NULL`);

/** What it is about, as people write it: `registry/repository:tag` or `registry/repository@digest`. */
export const FINDING_REFERENCE: SqlPart = sql`coalesce(
  tag.reference, registry.host || '/' || repository.name || '@' || ${digestText(rawSql('target'))})`;

const POLICY = rawSql(`CASE WHEN policy.id IS NOT NULL THEN
  jsonb_build_object('name', policy.name, 'description', policy.description) END`);

/** The facts of a finding's sentence as one text, for `findingSentence`. */
export const FINDING_FACTS: SqlPart = sql`jsonb_build_object('kind', finding.kind, 'reference', ${FINDING_REFERENCE},
  'subject', finding.subject, 'detail', finding.detail, 'policy', ${POLICY})::text`;

/** The sentence of the facts that `FINDING_FACTS` gave. */
export function findingSentence(facts: string): string {
  return findingMessage(JSON.parse(facts) as FindingFacts); // as that statement writes them
}

const COLUMNS = sql`finding.id, finding.kind, finding.severity, finding.policy_id AS "policyId",
  finding.repository_id AS "repositoryId", finding.tag_id AS "tagId", finding.manifest_id AS "manifestId",
  ${FINDING_REFERENCE} AS reference, finding.subject, finding.detail,
  ${POLICY} AS policy,
  finding.opened_at AS "openedAt", finding.closed_at AS "closedAt", waiver.until_at AS until, waiver.reason, waiver."by"`;

type RawFinding = Omit<FindingRow, 'waiver'> & { readonly [Key in keyof WaiverRow]: WaiverRow[Key] | null };

function toFindingRow(raw: RawFinding): FindingRow {
  const { until, reason, by, ...finding } = raw;
  return { ...finding, waiver: until === null || reason === null || by === null ? null : { until, reason, by } };
}

/** One page of all findings, also those that were closed; `near` as in `pickFindings`. Throws `CursorError`, `PageSizeError` and `FilterError`. */
export async function findFindings(
  db: Sql,
  query: FindingQuery & PageRequest & { readonly orderBy: FindingOrder },
  near?: NearFindings,
): Promise<Page<FindingRow>> {
  const list: OrderedList = {
    ...{ columns: COLUMNS, from: FINDING_TABLES, order: ORDERS[query.orderBy] },
    ...{ where: findingsWhere(query), pick: pickFindings({ where: query.where ?? {}, now: query.now }, near) },
  };
  const [page] = await findPages<RawFinding>(db, list, query, [null]);
  return mapPage(page ?? { rows: [], hasNextPage: false }, toFindingRow);
}

/** The condition on `finding`. Throws `FilterError`. */
export function findingsWhere({ where, now }: FindingQuery): SqlPart {
  if (where) checkFilter(where);
  return compileFindingFilter(where ?? {}, now);
}

/** The findings of these ids, in their order; null for an id that is unknown. */
export async function findFindingsById(db: Sql, ids: readonly bigint[]): Promise<readonly (FindingRow | null)[]> {
  if (ids.length === 0) return [];
  const statement = sql`SELECT ${COLUMNS} FROM ${FINDING_TABLES} WHERE finding.id = ANY (${ids}::bigint[])`;
  const { rows } = await db.query<RawFinding>(toQuery(statement));
  const byId = new Map(rows.map((row) => [row.id, toFindingRow(row)]));
  return ids.map((each) => byId.get(each) ?? null);
}

/** A tag and what it points at. */
export interface FoundTag {
  readonly id: bigint;
  readonly repositoryId: bigint;
  readonly manifestId: bigint;
}

/** No tag has more that somebody reads; an index can lack a thousand children. */
export const MAX_FINDINGS_OF_TAG = 100;

/**
 * What is open about each of these tags, in their order, and about what each points at in its repository: the most
 * severe first, at most `MAX_FINDINGS_OF_TAG`.
 */
export async function findFindingsOfTags(
  db: Sql,
  tags: readonly FoundTag[],
): Promise<readonly (readonly FindingRow[])[]> {
  const statement = sql`SELECT found.place, ${COLUMNS}
    FROM (
      SELECT asked.place, picked.*
      FROM unnest(${tags.map((tag) => tag.id)}::bigint[], ${tags.map((tag) => tag.repositoryId)}::bigint[],
        ${tags.map((tag) => tag.manifestId)}::bigint[]) WITH ORDINALITY AS asked (tag_id, repository_id, manifest_id, place)
      CROSS JOIN LATERAL (
        SELECT id AS finding_id FROM (
          SELECT id, severity, opened_at FROM finding
          WHERE finding.tag_id = asked.tag_id AND closed_at IS NULL
          UNION ALL
          SELECT id, severity, opened_at FROM finding
          WHERE finding.repository_id = asked.repository_id AND finding.manifest_id = asked.manifest_id
            AND finding.tag_id IS NULL AND closed_at IS NULL
        ) AS open ORDER BY severity DESC, opened_at DESC, id DESC LIMIT ${MAX_FINDINGS_OF_TAG}
      ) AS picked
    ) AS found JOIN (${FINDING_TABLES}) ON finding.id = found.finding_id
    ORDER BY found.place, finding.severity DESC, finding.opened_at DESC, finding.id DESC`;
  const { rows } = await db.query<RawFinding & { readonly place: bigint }>(toQuery(statement));
  const byPlace = Map.groupBy(rows, ({ place }) => Number(place));
  return tags.map((_, index) => (byPlace.get(index + 1) ?? []).map(({ place: _place, ...raw }) => toFindingRow(raw)));
}
