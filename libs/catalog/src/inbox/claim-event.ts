import { digestFromBytes } from '../digest-bytes.js';
import type { Catalog } from '../open-catalog.js';
import type { ClaimedEvent, HandedEvent } from './claimed-event.js';
import type { InboxWork } from './inbox-work.js';

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
  depth: number;
  attempts: number;
  looks: number;
  paused_for_ms: number;
}

// Counted before the work begins, so that a row that ends its worker is noticed.
const CLAIM = `
  UPDATE inbox SET starts = starts + 1, lease_until = now() + $3 * interval '1 ms'
    FROM source
   WHERE inbox.id = $1 AND generation = $2 AND inbox.state = 'queued' AND source.id = source_id
     AND starts >= $4 AND starts < $5
  RETURNING inbox.id, generation, source_id, source.name AS source_name, work, repository, tag, digest, actor,
            source_time, received_at, root_id, depth, attempts, looks,
            greatest(0, extract(epoch FROM source.paused_until - now()) * 1000)::float8 AS paused_for_ms`;

const SET_ASIDE = `
  UPDATE inbox SET state = 'quarantined', reason = 'CRASHES_WORKER', lease_until = NULL, finished_at = now(),
                   detail = format('its work was begun %s times and never ended', starts)
   WHERE id = $1 AND generation = $2 AND state = 'queued' AND starts >= $3`;

/** A row whose work was begun this often without an end is set aside instead. */
export const MAX_STARTS = 5;

/**
 * Begins the work on a row that was handed over. Null: there is nothing to do, because a later hand-over has
 * overtaken this one, the row is finished, or it is a suspect.
 */
export async function claimEvent(catalog: Catalog, handed: HandedEvent, leaseMs: number): Promise<ClaimedEvent | null> {
  return claimWithStarts(catalog, handed, leaseMs, { from: 0, to: 1 });
}

/**
 * Begins the work on a suspect: a row that was under way when a worker ended without a word. A process takes its
 * suspects one at a time, so that the one which ends workers is counted and those beside it are not. Null as for
 * `claimEvent`, or because the row has just been set aside for ending its workers.
 */
export async function claimSuspect(catalog: Catalog, handed: HandedEvent, leaseMs: number): Promise<ClaimedEvent | null> {
  const claimed = await claimWithStarts(catalog, handed, leaseMs, { from: 1, to: MAX_STARTS });
  if (claimed === null) await catalog.pool.query(SET_ASIDE, [handed.id, handed.generation, MAX_STARTS]);
  return claimed;
}

async function claimWithStarts(
  catalog: Catalog,
  { id, generation }: HandedEvent,
  leaseMs: number,
  starts: { readonly from: number; readonly to: number },
): Promise<ClaimedEvent | null> {
  const { rows } = await catalog.pool.query<ClaimedRow>(CLAIM, [id, generation, leaseMs, starts.from, starts.to]);
  return rows[0] === undefined ? null : claimedFrom(rows[0]);
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
    depth: row.depth,
    attempts: row.attempts,
    looks: row.looks,
    pausedForMs: row.paused_for_ms ?? 0,
  };
}

/** Keeps a claimed row from becoming due again while its work goes on. False: it has been overtaken. */
export async function renewLease(catalog: Catalog, { id, generation }: HandedEvent, leaseMs: number): Promise<boolean> {
  const { rowCount } = await catalog.pool.query(
    `UPDATE inbox SET lease_until = now() + $3 * interval '1 ms' WHERE id = $1 AND generation = $2 AND state = 'queued'`,
    [id, generation, leaseMs],
  );
  return rowCount === 1;
}
