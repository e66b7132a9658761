import { createHash } from 'node:crypto';
import type { Digest } from '@strata/oci';
import { digestToBytes } from '../digest-bytes.js';
import type { Sql } from '../open-catalog.js';
import type { ClaimedEvent } from './claimed-event.js';
import type { InboxWork } from './inbox-work.js';

/** Work that follows from other work; a row of the inbox like any other, in the transaction that called for it. */
export interface DerivedWork {
  readonly work: Exclude<InboxWork, 'none'>;
  /** What an operator reads in the list of events. */
  readonly action: 'child' | 'observe';
  readonly repository: string;
  readonly tag: string | null;
  readonly digest: Digest | null;
  readonly depth: number;
  readonly looks: number;
  readonly delayMs: number;
}

const INSERT = `
  INSERT INTO inbox (source_id, dedupe_key, content_hash, root_id, depth, work, action, repository, tag, digest, actor,
                     source_time, raw, state, looks, next_at)
  SELECT $1, dedupe_key, $2, $3, depth, work, action, repository, tag, digest, $4, $5, '', 'new', looks,
         now() + delay_ms * interval '1 ms'
    FROM unnest($6::bytea[], $7::smallint[], $8::inbox_work[], $9::text[], $10::text[], $11::text[], $12::bytea[],
                $13::smallint[], $14::float8[])
      AS derived (dedupe_key, depth, work, action, repository, tag, digest, looks, delay_ms)
   ORDER BY dedupe_key
  ON CONFLICT (source_id, dedupe_key) DO NOTHING`;

const NO_BYTES = createHash('sha256').digest();

/**
 * Adds work that follows from `cause`. Its key names the received event that it goes back to, so that a later push
 * of the same content asks again, while a second run of the same event adds nothing.
 */
export async function deriveEvents(sql: Sql, cause: ClaimedEvent, derived: readonly DerivedWork[]): Promise<void> {
  if (derived.length === 0) return;
  await sql.query(INSERT, [
    cause.sourceId,
    NO_BYTES,
    cause.rootId,
    cause.actor,
    cause.sourceTime,
    derived.map((work) => keyOf(cause, work)),
    derived.map(({ depth }) => depth),
    derived.map(({ work }) => work),
    derived.map(({ action }) => action),
    derived.map(({ repository }) => repository),
    derived.map(({ tag }) => tag),
    derived.map(({ digest }) => (digest === null ? null : digestToBytes(digest))),
    derived.map(({ looks }) => looks),
    derived.map(({ delayMs }) => delayMs),
  ]);
}

function keyOf({ rootId, generation }: ClaimedEvent, { work, repository, tag, digest }: DerivedWork): Buffer {
  const parts = ['derived', rootId, generation, work, repository, tag, digest];
  return createHash('sha256').update(parts.join('\0')).digest();
}

/** How many rows a received event has led to so far; fan-out is bounded by it. */
export async function countDerived(sql: Sql, rootId: bigint): Promise<number> {
  const { rows } = await sql.query<{ derived: bigint }>('SELECT count(*) AS derived FROM inbox WHERE root_id = $1', [rootId]);
  return Number(rows[0]?.derived ?? 0n);
}
