import type { Loss } from '@strata/report';
import { readFindingDetail } from '../finding/finding-detail.js';
import { rawSql, sql, toQuery } from '../filter/sql.js';
import { tagColumns } from '../filter/tag-columns.js';
import { tagsWhere } from '../tag/find-tags.js';
import { inForce, withWaiver, type WaiverRow } from './finding-state.js';
import { lastMonths, monthOf } from './months.js';
import type { ReportBody } from './report-body.js';
import type { ReportScope } from './report-request.js';

interface Raw extends WaiverRow {
  readonly reference: string;
  readonly subject: string;
  readonly detail: unknown;
  readonly openedAt: Date;
  readonly closedAt: Date | null;
}

/** What is still lost, whenever that was, and all that was lost within twelve months. */
export async function makeLossesReport(scope: ReportScope): Promise<ReportBody<'losses'>> {
  const rows = await readLosses(scope);
  const months = lastMonths(scope.at).map(({ month }) => month);
  const open = rows.filter(({ closedAt }) => closedAt === null);
  const perMonth = Map.groupBy(rows, ({ openedAt }) => monthOf(openedAt));
  const perPlatform = Map.groupBy(rows, ({ subject }) => subject);
  return {
    open: open.length,
    platforms: [...perPlatform]
      .map(([name, lost]) => ({
        name,
        open: lost.filter(({ closedAt }) => closedAt === null).length,
        lost: lost.length,
      }))
      .sort((one, other) => other.lost - one.lost || (one.name < other.name ? -1 : 1)),
    months: months.map((month) => ({ month, lost: perMonth.get(month)?.length ?? 0 })),
    losses: { total: rows.length, listed: rows.slice(0, scope.asked.limit).map((row) => toLoss(row, scope.at)) },
  };
}

/** Said twice, because open and closed ones have an index each. */
const LOST = rawSql(`(finding.closed_at IS NULL AND finding.kind = 'platform_lost'
      OR finding.closed_at IS NOT NULL AND finding.kind = 'platform_lost')`);

async function readLosses({ db, at, past, where }: ReportScope): Promise<readonly Raw[]> {
  const [{ at: yearAgo } = { at }] = lastMonths(at);
  const since = new Date(Date.UTC(yearAgo.getUTCFullYear(), yearAgo.getUTCMonth(), 1));
  const tag = tagColumns(past);
  const isMeant =
    where === null
      ? rawSql('TRUE')
      : sql`finding.tag_id IN (SELECT tag.id FROM ${tag.from} WHERE ${await tagsWhere(db, where, tag)})`;
  const closedAt =
    past === null ? sql`finding.closed_at` : sql`CASE WHEN finding.closed_at <= ${past} THEN finding.closed_at END`;
  const statement = sql`SELECT lost.reference, finding.subject, finding.detail, finding.opened_at AS "openedAt",
      closed.at AS "closedAt", waiver.until_at AS "until", waiver.reason, waiver.by
    FROM finding JOIN tag AS lost ON lost.id = finding.tag_id
    CROSS JOIN LATERAL (SELECT ${closedAt} AS at) AS closed
    ${withWaiver(past)}
    WHERE ${LOST} AND finding.opened_at <= ${at} AND (closed.at IS NULL OR finding.opened_at >= ${since})
      AND ${isMeant}
    ORDER BY closed.at IS NOT NULL, finding.opened_at DESC, lost.reference, finding.subject, finding.id`;
  return (await db.query<Raw>(toQuery(statement))).rows;
}

function toLoss({ reference, subject, detail, openedAt, closedAt, ...waiver }: Raw, at: Date): Loss {
  const move = readFindingDetail('platform_lost', detail);
  return {
    reference,
    platform: subject,
    lostAt: move?.at ?? openedAt.toISOString(),
    actor: move?.actor ?? null,
    fromDigest: move?.from ?? null,
    toDigest: move?.to ?? null,
    closedAt: closedAt?.toISOString() ?? null,
    waiver: inForce(waiver, at),
  };
}
