import { createHash } from 'node:crypto';
import type { Digest } from '@strata/oci';
import { digestToBytes } from '../digest-bytes.js';
import type { Sql } from '../open-catalog.js';
import type { ClaimedEvent } from './claimed-event.js';
import type { InboxWork } from '../stored-words.js';

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

/** Some work and the row that it follows from. */
export interface DerivedFrom {
  readonly cause: ClaimedEvent;
  readonly work: DerivedWork;
}

const INSERT = `
  INSERT INTO inbox (source_id, dedupe_key, content_hash, root_id, depth, work, action, repository, tag, digest, actor,
                     source_time, raw, state, looks, next_at, crawl_id)
  SELECT source_id, dedupe_key, $1, root_id, depth, work, action, repository, tag, digest, actor, source_time, '', 'new',
         looks, now() + delay_ms * interval '1 ms', crawl_id
    FROM unnest($2::int[], $3::bytea[], $4::bigint[], $5::smallint[], $6::inbox_work[], $7::text[], $8::text[],
                $9::text[], $10::bytea[], $11::text[], $12::timestamptz[], $13::smallint[], $14::float8[], $15::bigint[])
      AS derived (source_id, dedupe_key, root_id, depth, work, action, repository, tag, digest, actor, source_time,
                  looks, delay_ms, crawl_id)
   ORDER BY source_id, dedupe_key
  ON CONFLICT (source_id, dedupe_key) DO NOTHING`;

const NO_BYTES = createHash('sha256').digest();

/**
 * Adds work that follows from other work. Its key names the received event that it goes back to, so that a later push
 * of the same content asks again, while a second run of the same event adds nothing.
 */
export async function deriveEvents(sql: Sql, derived: readonly DerivedFrom[]): Promise<void> {
  if (derived.length === 0) return;
  await sql.query(INSERT, [
    NO_BYTES,
    derived.map(({ cause }) => cause.sourceId),
    derived.map(keyOf),
    derived.map(({ cause }) => cause.rootId),
    derived.map(({ work }) => work.depth),
    derived.map(({ work }) => work.work),
    derived.map(({ work }) => work.action),
    derived.map(({ work }) => work.repository),
    derived.map(({ work }) => work.tag),
    derived.map(({ work }) => (work.digest === null ? null : digestToBytes(work.digest))),
    derived.map(({ cause }) => cause.actor),
    derived.map(({ cause }) => cause.sourceTime),
    derived.map(({ work }) => work.looks),
    derived.map(({ work }) => work.delayMs),
    derived.map(({ cause }) => cause.crawlId),
  ]);
}

function keyOf({ cause: { rootId, generation }, work: { work, repository, tag, digest } }: DerivedFrom): Buffer {
  const parts = ['derived', rootId, generation, work, repository, tag, digest];
  return createHash('sha256').update(parts.join('\0')).digest();
}

/** How many rows a received event has led to so far, those for `besides` not counted; fan-out is bounded by it. */
export async function countDerived(sql: Sql, rootId: bigint, besides: readonly Digest[]): Promise<number> {
  const { rows } = await sql.query<{ derived: bigint }>(
    'SELECT count(*) AS derived FROM inbox WHERE root_id = $1 AND (digest = ANY($2::bytea[])) IS NOT TRUE',
    [rootId, besides.map(digestToBytes)],
  );
  return Number(rows[0]?.derived ?? 0n);
}
