import type { RegistryEvent } from '@strata/registry-events';
import { allOf, sql, toQuery } from '../filter/sql.js';
import { inTransaction, type Catalog, type Sql } from '../open-catalog.js';
import { matching, type EventFilter } from './find-events.js';
import { inboxRowOf, type InboxRow } from './record-events-row.js';
import type { BoundedSql } from './record-events-statement.js';
import { recordRows } from './record-events.js';

/** Reads kept bytes again with the dialect of their source; as total as the dialect's `readEvents`. */
export type ReadAgain = (kept: Pick<Quarantined, 'dialect' | 'raw' | 'receivedAt'>) => readonly RegistryEvent[];

interface Quarantined {
  readonly id: bigint;
  readonly sourceId: number;
  readonly dialect: string;
  readonly work: InboxRow['work'];
  readonly raw: Buffer;
  readonly receivedAt: Date;
}

const PAGE = 100;

/**
 * Gives quarantined events another chance, each in a transaction of its own, and returns how many are on their way.
 * An event that the worker gave up on starts afresh; one that the reader could not read is read again from its
 * bytes, and stays in quarantine if that fails again. `where.state` is ignored: only quarantined rows are replayed.
 */
export async function replayEvents(
  catalog: Catalog,
  { where, read, now }: { readonly where: EventFilter; readonly read: ReadAgain; readonly now: Date },
): Promise<number> {
  let replayed = 0;
  let after = 0n;
  for (;;) {
    const ids = await nextIds(catalog.pool, where, after);
    for (const id of ids) {
      if (await inTransaction(catalog, (client) => replayOne(client, id, read, now))) replayed += 1;
    }
    const last = ids.at(-1);
    if (last === undefined) return replayed;
    after = last;
  }
}

/** Oldest first; rows written while the replay runs are met too, once each. */
async function nextIds(pool: BoundedSql, where: EventFilter, after: bigint): Promise<readonly bigint[]> {
  const conditions = [matching({ ...where, state: ['quarantined'] }), sql`inbox.id > ${after}`];
  const found = await pool.query<{ id: bigint }>(
    toQuery(sql`
      SELECT inbox.id FROM inbox JOIN source ON source.id = inbox.source_id
      WHERE ${allOf(conditions)} ORDER BY inbox.id LIMIT ${PAGE}`),
  );
  return found.rows.map(({ id }) => id);
}

async function replayOne(client: Sql & BoundedSql, id: bigint, read: ReadAgain, now: Date): Promise<boolean> {
  const row = await lock(client, id);
  if (row === null) return false; // somebody else replayed it
  if (row.work !== 'none') return startAfresh(client, id);
  const { dialect, raw, receivedAt } = row;
  const events = read({ dialect, raw, receivedAt });
  const rows = events.map((event) => inboxRowOf(event, row.sourceId, receivedAt));
  const [only, ...others] = rows;
  if (only === undefined) return false;
  if (others.length === 0) return rewrite(client, id, only, now);
  await recordRows(client, rows);
  await finish(client, id, `read again as ${rows.length} events`, now);
  return rows.some(({ state }) => state === 'new');
}

async function lock(client: Sql, id: bigint): Promise<Quarantined | null> {
  const found = await client.query<Quarantined>(
    `SELECT inbox.id, inbox.source_id AS "sourceId", source.dialect, inbox.work, inbox.raw,
            inbox.received_at AS "receivedAt"
     FROM inbox JOIN source ON source.id = inbox.source_id
     WHERE inbox.id = $1 AND inbox.state = 'quarantined' FOR UPDATE OF inbox SKIP LOCKED`,
    [id],
  );
  return found.rows[0] ?? null;
}

/** The generation stays: it only ever grows, so that a job of an earlier life can neither write nor swallow the next. */
async function startAfresh(client: Sql, id: bigint): Promise<boolean> {
  await client.query(
    `UPDATE inbox SET state = 'new', starts = 0, attempts = 0, looks = 0, next_at = now(), lease_until = NULL,
                      reason = NULL, detail = NULL, finished_at = NULL
     WHERE id = $1`,
    [id],
  );
  return true;
}

/** The row becomes what its bytes mean now; its key stays, so that the same bytes sent again are still a repeat. */
async function rewrite(client: Sql, id: bigint, row: InboxRow, now: Date): Promise<boolean> {
  await client.query(
    `UPDATE inbox SET state = $2, work = $3, action = $4, repository = $5, tag = $6, digest = $7, actor = $8,
                      source_time = $9, reason = $10, detail = $11, starts = 0, attempts = 0, looks = 0,
                      next_at = now(), finished_at = CASE WHEN $2 = 'new'::inbox_state THEN NULL ELSE $12::timestamptz END
     WHERE id = $1`,
    [
      ...[id, row.state, row.work, row.action, row.repository, row.tag, row.digest, row.actor, row.sourceTime],
      ...[row.reason, row.detail, now],
    ],
  );
  return row.state === 'new';
}

async function finish(client: Sql, id: bigint, detail: string, now: Date): Promise<void> {
  await client.query(`UPDATE inbox SET state = 'done', reason = NULL, detail = $2, finished_at = $3 WHERE id = $1`, [
    id,
    detail,
    now,
  ]);
}
