import type { Digest } from '@strata/oci';
import { digestFromBytes } from '../digest-bytes.js';
import { allOf, rawSql, sql, toQuery, type SqlPart } from '../filter/sql.js';
import { compileText, type TextFilter } from '../filter/text-filter.js';
import type { Catalog, Sql } from '../open-catalog.js';
import { findPages } from '../page/find-pages.js';
import type { InboxState } from '../stored-words.js';
import { mapPage, type Page, type PageRequest, type SortOrder } from '../page/list.js';

/** Which rows of the inbox; fields are joined by AND, absent ones ask nothing. */
export interface EventFilter {
  readonly id?: readonly bigint[] | undefined;
  /** Names of sources. */
  readonly source?: readonly string[] | undefined;
  readonly state?: readonly InboxState[] | undefined;
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
  readonly state: InboxState;
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
}

type StoredEvent = Omit<EventRow, 'digest'> & { readonly digest: Buffer | null };

const COLUMNS = rawSql(`
  inbox.id, inbox.root_id AS "rootId", source.name AS source, inbox.state, inbox.reason, inbox.detail, inbox.action,
  inbox.repository, inbox.tag, inbox.digest, inbox.actor, inbox.source_time AS "sourceTime",
  inbox.received_at AS "receivedAt", inbox.finished_at AS "finishedAt", inbox.attempts`);

const FROM = rawSql('inbox JOIN source ON source.id = inbox.source_id');

/** Ids ascend with arrival, so a page stays where it is while events come in. */
const NEWEST_FIRST: SortOrder = {
  name: 'event.newest-first',
  direction: 'DESC',
  keys: [{ column: rawSql('inbox.id'), kind: 'integer' }],
};

/** Lists rows of the inbox, newest first, at most `first` of them and however many that is. */
export async function findEvents(
  catalog: Pick<Catalog, 'pool'>,
  { where = {}, first }: { readonly where?: EventFilter; readonly first: number },
): Promise<{ readonly rows: readonly EventRow[]; readonly hasNextPage: boolean }> {
  const found = await catalog.pool.query<StoredEvent>(
    toQuery(sql`SELECT ${COLUMNS} FROM ${FROM} WHERE ${matching(where)} ORDER BY inbox.id DESC LIMIT ${first + 1}`),
  );
  return { rows: found.rows.slice(0, first).map(toRow), hasNextPage: found.rows.length > first };
}

/** The same list by page, with a cursor for each row. Throws `CursorError` and `PageSizeError`. */
export async function findEventPage(
  db: Sql,
  query: PageRequest & { readonly where?: EventFilter },
): Promise<Page<EventRow>> {
  const list = { columns: COLUMNS, from: FROM, where: matching(query.where ?? {}), order: NEWEST_FIRST };
  const [page] = await findPages<StoredEvent>(db, list, query, [null]);
  return page === undefined ? { rows: [], hasNextPage: false } : mapPage(page, toRow);
}

/** How many rows of the inbox there are; exact, and as expensive as that sounds. */
export async function countEvents(db: Sql, where: EventFilter = {}): Promise<number> {
  const counted = await db.query<{ count: bigint }>(
    toQuery(sql`SELECT count(*) FROM ${FROM} WHERE ${matching(where)}`),
  );
  return Number(counted.rows[0]?.count ?? 0n);
}

function toRow(event: StoredEvent): EventRow {
  return {
    id: event.id,
    rootId: event.rootId,
    source: event.source,
    state: event.state,
    reason: event.reason,
    detail: event.detail,
    action: event.action,
    repository: event.repository,
    tag: event.tag,
    digest: event.digest === null ? null : digestFromBytes(event.digest),
    actor: event.actor,
    sourceTime: event.sourceTime,
    receivedAt: event.receivedAt,
    finishedAt: event.finishedAt,
    attempts: event.attempts,
  };
}

/** The condition on `inbox` joined with `source`, for statements that share the filter. */
export function matching({ id, source, state, reason, repository, received }: EventFilter): SqlPart {
  return allOf([
    ...(id === undefined ? [] : [sql`inbox.id = ANY (${id}::bigint[])`]),
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
