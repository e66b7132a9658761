import type { RegistryEvent } from '@strata/registry-events';
import type { Catalog } from '../open-catalog.js';
import { conflictRowOf, inboxRowOf, type InboxRow } from './record-events-row.js';
import { boundedStatement, type BoundedSql } from './record-events-statement.js';

/** The events of one delivery of one source. */
export interface ReceivedEvents {
  readonly sourceId: number;
  readonly events: readonly RegistryEvent[];
  readonly receivedAt: Date;
}

/** What became of some received events; each is counted once. */
export interface RecordedCounts {
  /** Rows that are new. */
  readonly recorded: number;
  /** Events that were here already, byte for byte. */
  readonly repeated: number;
  /** Events whose id was used before for other bytes: kept, set aside as `ID_CONFLICT`. */
  readonly conflicting: number;
}

// Sorted by key, so that statements that overlap wait for each other in one order and cannot deadlock.
const INSERT = `
INSERT INTO inbox (source_id, dedupe_key, content_hash, work, action, repository, tag, digest, actor, source_time,
                   raw, received_at, state, reason, detail, finished_at)
SELECT source_id, dedupe_key, content_hash, work, action, repository, tag, digest, actor, source_time,
       raw, received_at, state, reason, detail, CASE WHEN state <> 'new' THEN received_at END
FROM unnest($1::int[], $2::bytea[], $3::bytea[], $4::inbox_work[], $5::text[], $6::text[], $7::text[], $8::bytea[],
            $9::text[], $10::timestamptz[], $11::bytea[], $12::timestamptz[], $13::inbox_state[], $14::text[],
            $15::text[])
     AS event (source_id, dedupe_key, content_hash, work, action, repository, tag, digest,
               actor, source_time, raw, received_at, state, reason, detail)
ORDER BY source_id, dedupe_key
ON CONFLICT (source_id, dedupe_key) DO NOTHING`;

const CONFLICTS = `
SELECT event.position::int AS position
FROM unnest($1::int[], $2::bytea[], $3::bytea[]) WITH ORDINALITY AS event (source_id, dedupe_key, content_hash, position)
JOIN inbox USING (source_id, dedupe_key)
WHERE inbox.content_hash <> event.content_hash`;

const COLUMNS = [
  'sourceId',
  'dedupeKey',
  'contentHash',
  'work',
  'action',
  'repository',
  'tag',
  'digest',
  'actor',
  'sourceTime',
  'raw',
  'receivedAt',
  'state',
  'reason',
  'detail',
] as const satisfies readonly (keyof InboxRow)[];

/**
 * Remembers events: once this has returned they are committed, whatever happens next (promise P1). One statement
 * writes them all; an event that was received before changes nothing. Throws what the database throws.
 */
export async function recordEvents(catalog: Pick<Catalog, 'pool'>, received: ReceivedEvents): Promise<RecordedCounts> {
  return recordRows(catalog.pool, rowsOf(received));
}

/** The rows of a delivery, for callers that write several deliveries at once. */
export function rowsOf({ sourceId, events, receivedAt }: ReceivedEvents): readonly InboxRow[] {
  return events.map((event) => inboxRowOf(event, sourceId, receivedAt));
}

/** Writes rows of any sources in one commit, and the conflicts among them, seldom as they are, in a second one. */
export async function recordRows(sql: BoundedSql, rows: readonly InboxRow[]): Promise<RecordedCounts> {
  const recorded = await insertRows(sql, rows);
  if (recorded === rows.length) return { recorded, repeated: 0, conflicting: 0 };
  const conflicts = await findConflicts(sql, rows);
  if (conflicts.length > 0) await insertRows(sql, conflicts.map(conflictRowOf));
  return { recorded, repeated: rows.length - recorded - conflicts.length, conflicting: conflicts.length };
}

async function insertRows(sql: BoundedSql, rows: readonly InboxRow[]): Promise<number> {
  const values = COLUMNS.map((column) => rows.map((row) => row[column]));
  const result = await sql.query(boundedStatement(INSERT, values));
  return result.rowCount ?? 0;
}

async function findConflicts(sql: BoundedSql, rows: readonly InboxRow[]): Promise<readonly InboxRow[]> {
  const values = (['sourceId', 'dedupeKey', 'contentHash'] as const).map((column) => rows.map((row) => row[column]));
  const found = await sql.query<{ position: number }>(boundedStatement(CONFLICTS, values));
  return found.rows.flatMap(({ position }) => rows[position - 1] ?? []);
}
