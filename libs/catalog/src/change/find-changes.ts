import { rawSql, sql, toQuery } from '../filter/sql.js';
import { OF_REPOSITORY, type TagColumns } from '../filter/tag-columns.js';
import type { TagFilter } from '../filter/tag-filter.js';
import type { Sql } from '../open-catalog.js';
import { tagsWhere } from '../tag/find-tags.js';
import {
  tellChanges,
  type ChangeFeedRow,
  type ChangeKind,
  type ChangePosition,
  type ChangeRow,
} from './tell-changes.js';

/** No transaction below this one is still under way, so that nothing can appear behind it any more. */
const HORIZON = rawSql('pg_snapshot_xmin(pg_current_snapshot())::text::bigint');

/**
 * The facts that a filter asks about: those after the change, or before it where nothing is left; of a finding about a
 * tag, those of the tag then. A filter of tags matches no finding about a manifest.
 */
const CHANGED_TAG: TagColumns = {
  from: rawSql(`change LEFT JOIN tag ON tag.id = change.tag_id
    LEFT JOIN manifest AS pointed ON pointed.id = coalesce(change.to_manifest_id, change.from_manifest_id)
    LEFT JOIN manifest AS former ON former.id = change.from_manifest_id
    LEFT JOIN manifest AS latter ON latter.id = change.to_manifest_id`),
  isThere: rawSql('tag.id IS NOT NULL'),
  manifestId: rawSql('pointed.id'),
  platformSetId: rawSql('coalesce(change.to_platform_set_id, change.from_platform_set_id, pointed.platform_set_id)'),
  format: rawSql('pointed.format'),
  ...OF_REPOSITORY,
  totalBytes: rawSql('pointed.total_bytes'),
  pushedAt: rawSql('CASE WHEN change.finding_id IS NULL THEN change.at ELSE tag.pushed_at END'),
  observedAt: rawSql('change.at'),
  at: null,
};

/** How far the feed can be read now. */
export interface ChangeHorizon {
  /** Behind the last change that is settled. Who begins here hears what is committed from now on. */
  readonly position: ChangePosition;
  /** Committed changes wait behind a transaction that is still open: nobody will say when it ends. */
  readonly isHeldBack: boolean;
}

/**
 * Where reading begins for somebody who wants to hear only what is committed from now on, and whether there is news for
 * those who have begun. Made of the last change and not of the horizon itself: after a crash the database may give out
 * numbers of transactions again that left nothing behind.
 */
export async function findChangeHorizon(db: Sql): Promise<ChangeHorizon> {
  const statement = sql`SELECT settled.xid, settled.id, EXISTS (SELECT FROM change WHERE xid >= ${HORIZON}) AS "isHeldBack"
    FROM (VALUES (TRUE)) AS always
    LEFT JOIN LATERAL (
      SELECT xid, id FROM change WHERE xid < ${HORIZON} ORDER BY xid DESC, id DESC LIMIT 1
    ) AS settled ON TRUE`;
  const { rows } = await db.query<{ xid: bigint | null; id: bigint | null; isHeldBack: boolean }>(toQuery(statement));
  const { xid, id, isHeldBack = false } = rows[0] ?? {};
  return { position: `${xid ?? 0n}:${id ?? 0n}`, isHeldBack };
}

/**
 * The changes after a position, in the order in which their transactions began to write, and the position behind them.
 * The order is the same for every reader, and two moves of one tag stand in it as they were made. A transaction is told
 * whole, once none that began before it is open. `limit` bounds the rows read, not the changes made of them; `hasMore`
 * says that it did. Throws `ChangePositionError` and what `tagsWhere` does.
 */
export async function findChanges(
  db: Sql,
  query: {
    readonly after: ChangePosition;
    readonly where?: TagFilter | null | undefined;
    readonly kinds?: readonly ChangeKind[] | null | undefined;
    readonly limit?: number;
  },
): Promise<{ readonly changes: readonly ChangeRow[]; readonly position: ChangePosition; readonly hasMore: boolean }> {
  const limit = query.limit ?? 500;
  const { xid, id } = readPosition(query.after);
  const meant = query.where ? await tagsWhere(db, query.where, CHANGED_TAG) : rawSql('TRUE');
  const statement = sql`SELECT change.xid, change.id, change.kind, change.at, change.tag_id AS "tagId", tag.reference,
      change.finding_id AS "findingId", former.digest AS "fromDigest", latter.digest AS "toDigest", change.from_platform_set_id AS "fromSet",
      change.to_platform_set_id AS "toSet", (${meant}) AS "isMeant"
    FROM ${CHANGED_TAG.from}
    WHERE (change.xid, change.id) > (${xid}::bigint, ${id}::bigint) AND change.xid < ${HORIZON}
    ORDER BY change.xid, change.id LIMIT ${limit}`;
  const { rows } = await db.query<ChangeFeedRow & { readonly isMeant: boolean }>(toQuery(statement));
  const last = rows.at(-1);
  const told = await tellChanges(
    db,
    rows.filter(({ isMeant }) => isMeant),
  );
  const { kinds } = query;
  return {
    changes: kinds ? told.filter(({ kind }) => kinds.includes(kind)) : told,
    position: last === undefined ? query.after : `${last.xid}:${last.id}`,
    hasMore: rows.length === limit,
  };
}

/** Says that a text is no position that was given out here. */
export class ChangePositionError extends Error {
  override readonly name = 'ChangePositionError';
  constructor() {
    super('this position was not given out by this catalog');
  }
}

/** Takes a position apart into what its rows are ordered by. Throws `ChangePositionError`. */
export function readPosition(position: ChangePosition): { readonly xid: bigint; readonly id: bigint } {
  const [, xid, id] = /^(\d{1,18}):(\d{1,18})$/.exec(position) ?? [];
  if (xid === undefined || id === undefined) throw new ChangePositionError();
  return { xid: BigInt(xid), id: BigInt(id) };
}
