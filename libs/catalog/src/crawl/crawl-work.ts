import { createHash } from 'node:crypto';
import type { Digest } from '@strata/oci';
import { digestToBytes } from '../digest-bytes.js';
import type { HandedEvent } from '../inbox/claimed-event.js';
import type { Sql } from '../open-catalog.js';
import type { InboxWork } from '../stored-words.js';
import type { HeldCrawl } from './crawl-run.js';

/** One thing that a crawl found to be put right by the steps that every event takes. */
export interface CrawlWork {
  readonly work: Exclude<InboxWork, 'none' | 'repository_deletion'>;
  readonly repository: string;
  readonly tag: string | null;
  readonly digest: Digest | null;
}

// A row of its own root: it is not derived from anything, and was not received either.
const INSERT = `
  INSERT INTO inbox (id, root_id, source_id, crawl_id, dedupe_key, content_hash, work, action, repository, tag, digest,
                     raw, state, generation, lease_until)
  SELECT id, id, $1, $2, dedupe_key, $3, work, 'crawl', repository, tag, digest, '', $4::inbox_state, $5,
         CASE $4 WHEN 'queued' THEN now() + $6::float8 * interval '1 ms' END
    FROM (SELECT nextval('inbox_id_seq') AS id, called.*
            FROM unnest($7::bytea[], $8::inbox_work[], $9::text[], $10::text[], $11::bytea[])
              AS called (dedupe_key, work, repository, tag, digest)
           ORDER BY dedupe_key) AS work
  ON CONFLICT (source_id, dedupe_key) DO NOTHING
  RETURNING id, generation`;

const NO_BYTES = createHash('sha256').digest();

/** Adds work that any worker may do when its turn comes. */
export async function addCrawlWork(sql: Sql, crawl: HeldCrawl, work: readonly CrawlWork[]): Promise<void> {
  if (work.length > 0) await insert(sql, crawl, work, { state: 'new', leaseMs: 0 });
}

/**
 * Adds work that its caller does at once: it is handed over to him already. Should he end before it is done, it
 * becomes due like any other when `leaseMs` are over. Returns the hand-overs of what was not there yet.
 */
export async function addHeldCrawlWork(
  sql: Sql,
  crawl: HeldCrawl,
  work: readonly CrawlWork[],
  leaseMs: number,
): Promise<readonly HandedEvent[]> {
  return work.length === 0 ? [] : insert(sql, crawl, work, { state: 'queued', leaseMs });
}

async function insert(
  sql: Sql,
  crawl: HeldCrawl,
  work: readonly CrawlWork[],
  as: { readonly state: 'new' | 'queued'; readonly leaseMs: number },
): Promise<readonly HandedEvent[]> {
  const { rows } = await sql.query<{ id: bigint; generation: number }>(INSERT, [
    crawl.sourceId,
    crawl.id,
    NO_BYTES,
    as.state,
    as.state === 'queued' ? 1 : 0,
    as.leaseMs,
    work.map((one) => keyOf(crawl, one)),
    work.map((one) => one.work),
    work.map((one) => one.repository),
    work.map((one) => one.tag),
    work.map((one) => (one.digest === null ? null : digestToBytes(one.digest))),
  ]);
  return rows;
}

/** Once per worker that walks: one that takes over may call for the same again. */
function keyOf({ id, generation }: HeldCrawl, { work, repository, tag, digest }: CrawlWork): Buffer {
  return createHash('sha256').update(['crawl', id, generation, work, repository, tag, digest].join('\0')).digest();
}

/** How much of the work that a crawl called for is not done yet. */
export async function countOpenCrawlWork(sql: Sql, crawlId: bigint): Promise<number> {
  const { rows } = await sql.query<{ open: number }>(
    `SELECT count(*)::int AS open FROM inbox WHERE crawl_id = $1 AND state IN ('new', 'queued')`,
    [crawlId],
  );
  return rows[0]?.open ?? 0;
}
