import { digestFromBytes } from '../digest-bytes.js';
import type { Catalog } from '../open-catalog.js';
import type { ClaimedEvent, HandedEvent } from './claimed-event.js';
import type { InboxWork } from '../stored-words.js';

interface ClaimedRow {
  id: bigint;
  generation: number;
  source_id: number;
  source_name: string;
  work: InboxWork;
  repository: string | null;
  tag: string | null;
  digest: Buffer | null;
  actor: string | null;
  source_time: Date | null;
  received_at: Date;
  root_id: bigint | null;
  crawl_id: bigint | null;
  depth: number;
  attempts: number;
  looks: number;
  paused_for_ms: number | null;
}

// Counted before the work begins, so that a row that ends its worker is noticed.
const CLAIM = `
  UPDATE inbox SET starts = starts + 1, lease_until = now() + $3 * interval '1 ms'
    FROM source, unnest($1::bigint[], $2::int[]) AS handed (id, generation)
   WHERE inbox.id = handed.id AND inbox.generation = handed.generation AND inbox.state = 'queued'
     AND source.id = source_id AND starts >= $4 AND starts < $5
  RETURNING inbox.id, inbox.generation, source_id, source.name AS source_name, work, repository, tag, digest, actor,
            source_time, received_at, root_id, crawl_id, depth, attempts, looks,
            greatest(0, extract(epoch FROM source.paused_until - now()) * 1000)::float8 AS paused_for_ms`;

const SET_ASIDE = `
  UPDATE inbox SET state = 'quarantined', reason = 'CRASHES_WORKER', lease_until = NULL, finished_at = now(),
                   detail = format('its work was begun %s times and never ended', starts)
   WHERE id = $1 AND generation = $2 AND state = 'queued' AND starts >= $3`;

/** A row whose work was begun this often without an end is set aside instead. */
export const MAX_STARTS = 5;

/**
 * Begins the work on rows that were handed over. Left out are those that a later hand-over has overtaken, those that
 * are finished, and suspects.
 */
export async function claimEvents(
  catalog: Catalog,
  handed: readonly HandedEvent[],
  leaseMs: number,
): Promise<readonly ClaimedEvent[]> {
  return claim(catalog, handed, leaseMs, { from: 0, to: 1 });
}

/**
 * Begins the work on a suspect: a row that was under way when a worker ended without a word. A process takes its
 * suspects one at a time, so that the one which ends workers is counted and those beside it are not. Null as for
 * `claimEvents`, or because the row has just been set aside for ending its workers.
 */
export async function claimSuspect(
  catalog: Catalog,
  handed: HandedEvent,
  leaseMs: number,
): Promise<ClaimedEvent | null> {
  const [claimed] = await claim(catalog, [handed], leaseMs, { from: 1, to: MAX_STARTS });
  if (claimed !== undefined) return claimed;
  await catalog.pool.query(SET_ASIDE, [handed.id, handed.generation, MAX_STARTS]);
  return null;
}

async function claim(
  { pool }: Catalog,
  handed: readonly HandedEvent[],
  leaseMs: number,
  starts: { readonly from: number; readonly to: number },
): Promise<readonly ClaimedEvent[]> {
  const ids = handed.map(({ id }) => id);
  const generations = handed.map(({ generation }) => generation);
  const { rows } = await pool.query<ClaimedRow>(CLAIM, [ids, generations, leaseMs, starts.from, starts.to]);
  return rows.map(claimedFrom);
}

function claimedFrom(row: ClaimedRow): ClaimedEvent {
  return {
    id: row.id,
    generation: row.generation,
    sourceId: row.source_id,
    sourceName: row.source_name,
    work: row.work,
    repository: row.repository,
    tag: row.tag,
    digest: row.digest === null ? null : digestFromBytes(row.digest),
    actor: row.actor,
    sourceTime: row.source_time,
    receivedAt: row.received_at,
    rootId: row.root_id ?? row.id,
    crawlId: row.crawl_id,
    depth: row.depth,
    attempts: row.attempts,
    looks: row.looks,
    pausedForMs: row.paused_for_ms ?? 0,
  };
}

/**
 * Keeps claimed rows from becoming due again while the work on them goes on. Rows that are locked are left out: whoever
 * holds them is just about to end them.
 */
export async function renewLeases(catalog: Catalog, events: readonly HandedEvent[], leaseMs: number): Promise<void> {
  await catalog.pool.query(
    `UPDATE inbox SET lease_until = now() + $3 * interval '1 ms'
      WHERE id IN (
        SELECT inbox.id FROM inbox
          JOIN unnest($1::bigint[], $2::int[]) AS handed (id, generation) USING (id, generation)
         WHERE state = 'queued' ORDER BY inbox.id FOR UPDATE OF inbox SKIP LOCKED)`,
    [events.map(({ id }) => id), events.map(({ generation }) => generation), leaseMs],
  );
}
