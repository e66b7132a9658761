import type { Digest } from '@strata/oci';
import { digestFromBytes } from '../digest-bytes.js';
import { allOf, rawSql, sql, toQuery, type SqlPart } from '../filter/sql.js';
import { compileText, type TextFilter } from '../filter/text-filter.js';
import type { Catalog } from '../open-catalog.js';

/** Where a row of the inbox stands: `new` and `queued` are on their way, the other three are ends. */
export type EventState = 'new' | 'queued' | 'done' | 'ignored' | 'quarantined';

/** Which rows of the inbox; fields are joined by AND, absent ones ask nothing. */
export interface EventFilter {
  /** Names of sources. */
  readonly source?: readonly string[] | undefined;
  readonly state?: readonly EventState[] | undefined;
  readonly reason?: readonly string[] | undefined;
  readonly repository?: TextFilter | undefined;
  /** `from` is included, `to` is not. */
  readonly received?: { readonly from?: Date | undefined; readonly to?: Date | undefined } | undefined;
}

/** A row of the inbox for people: what was received, or a piece of work derived from it. */
export interface EventRow {
  readonly id: bigint;
  /** The received event that this work was derived from; null for a received event itself. */
  readonly rootId: bigint | null;
  readonly source: string;
  readonly state: EventState;
  readonly reason: string | null;
  readonly detail: string | null;
  readonly action: string;
  readonly repository: string | null;
  readonly tag: string | null;
  readonly digest: Digest | null;
  readonly actor: string | null;
  readonly sourceTime: Date | null;
  readonly receivedAt: Date;
  readonly finishedAt: Date | null;
  readonly attempts: number;
  /** The bytes as received; empty for derived work. */
  readonly raw: Buffer;
}

/** One page, and whether there is another behind it. */
export interface EventPage {
  readonly rows: readonly EventRow[];
  readonly hasNextPage: boolean;
}

const COLUMNS = rawSql(`
  inbox.id, inbox.root_id AS "rootId", source.name AS source, inbox.state, inbox.reason, inbox.detail, inbox.action,
  inbox.repository, inbox.tag, inbox.digest, inbox.actor, inbox.source_time AS "sourceTime",
  inbox.received_at AS "receivedAt", inbox.finished_at AS "finishedAt", inbox.attempts, inbox.raw`);

/**
 * Lists rows of the inbox, newest first: at most `first` that come after the row `after` (exclusive) in that order.
 * Ids ascend with arrival, so a page stays where it is while events come in.
 */
export async function findEvents(
  catalog: Pick<Catalog, 'pool'>,
  query: { readonly where?: EventFilter; readonly first: number; readonly after?: bigint | null },
): Promise<EventPage> {
  const { where = {}, first, after = null } = query;
  const conditions = [matching(where), ...(after === null ? [] : [sql`inbox.id < ${after}`])];
  const found = await catalog.pool.query<Omit<EventRow, 'digest'> & { digest: Buffer | null }>(
    toQuery(sql`
      SELECT ${COLUMNS} FROM inbox JOIN source ON source.id = inbox.source_id
      WHERE ${allOf(conditions)} ORDER BY inbox.id DESC LIMIT ${first + 1}`),
  );
  const rows = found.rows.slice(0, first).map((row): EventRow => {
    return { ...row, digest: row.digest === null ? null : digestFromBytes(row.digest) };
  });
  return { rows, hasNextPage: found.rows.length > first };
}

/** How many rows of the inbox there are; exact, and as expensive as that sounds. */
export async function countEvents(catalog: Pick<Catalog, 'pool'>, where: EventFilter = {}): Promise<number> {
  const counted = await catalog.pool.query<{ count: bigint }>(
    toQuery(sql`SELECT count(*) FROM inbox JOIN source ON source.id = inbox.source_id WHERE ${matching(where)}`),
  );
  return Number(counted.rows[0]?.count ?? 0n);
}

/** The condition on `inbox` joined with `source`, for statements that share the filter. */
export function matching({ source, state, reason, repository, received }: EventFilter): SqlPart {
  return allOf([
    ...(source === undefined ? [] : [sql`source.name = ANY (${storable(source)}::text[])`]),
    ...(state === undefined ? [] : [sql`inbox.state = ANY (${state}::inbox_state[])`]),
    ...(reason === undefined ? [] : [sql`inbox.reason = ANY (${storable(reason)}::text[])`]),
    ...(repository === undefined ? [] : [compileText(rawSql(`coalesce(inbox.repository, '')`), repository)]),
    ...(received?.from === undefined ? [] : [sql`inbox.received_at >= ${received.from}`]),
    ...(received?.to === undefined ? [] : [sql`inbox.received_at < ${received.to}`]),
  ]);
}

/** PostgreSQL refuses NUL in a text, and no name or reason holds one. */
const storable = (texts: readonly string[]): readonly string[] => texts.filter((text) => !text.includes('\0'));
