import { inTransaction, type Catalog, type Sql } from '../open-catalog.js';
import type { CrawlTrigger } from '../stored-words.js';
import { OPEN_QUESTION } from './open-question.js';
import { requestCrawl } from './request-crawl.js';

/** How often a source is crawled by itself; null for never. In milliseconds. */
export interface CrawlSchedule {
  /** Name of the source. */
  readonly source: string;
  readonly fullEveryMs: number | null;
  readonly sampleEveryMs: number | null;
  /** After a sign that events may have been lost: at once, and again after so long at the soonest. */
  readonly dirtyEveryMs: number | null;
}

/** What decides whether a source is due. */
export interface CrawlClock {
  readonly fullAt: Date | null;
  readonly sampleAt: Date | null;
  readonly dirtyAt: Date | null;
  readonly dirtySince: Date | null;
  /** A full crawl waits or is under way. */
  readonly isFullOpen: boolean;
  /** A crawl has asked whether it may remove as much as it found gone, and nobody has answered. */
  readonly isAsking: boolean;
}

/** What is due, and when the next of each kind will be. */
export interface DueCrawls {
  readonly full: CrawlTrigger | null;
  readonly sample: boolean;
  readonly next: Pick<CrawlClock, 'fullAt' | 'sampleAt' | 'dirtyAt'>;
}

/** So far, up or down, a crawl comes off its time: sources and products that started together drift apart. */
const JITTER = 0.1;

/**
 * Decides what is due. A source that was never crawled is crawled at once. While a crawl asks, no sample is taken: bit
 * by bit it would do what the other may not.
 */
export function dueCrawls(clock: CrawlClock, schedule: CrawlSchedule, now: Date, random: () => number): DueCrawls {
  const { fullEveryMs, sampleEveryMs, dirtyEveryMs } = schedule;
  const isFirst = clock.fullAt === null;
  const isFull = fullEveryMs !== null && (isFirst || clock.fullAt <= now);
  const isDirty =
    dirtyEveryMs !== null &&
    clock.dirtySince !== null &&
    (clock.dirtyAt === null || clock.dirtyAt.getTime() + dirtyEveryMs <= now.getTime());
  const isSample = sampleEveryMs !== null && clock.sampleAt !== null && clock.sampleAt <= now;
  const sampleLater = sampleEveryMs !== null && (clock.sampleAt === null || isSample);
  const due = isDirty ? 'dirty' : isFull && !clock.isFullOpen ? (isFirst ? 'start' : 'schedule') : null;
  return {
    full: due,
    sample: isSample && due === null && !clock.isFullOpen && !clock.isAsking,
    next: {
      fullAt: isFull || (due !== null && fullEveryMs !== null) ? later(now, fullEveryMs, random) : clock.fullAt,
      sampleAt: sampleLater ? later(now, sampleEveryMs, random) : clock.sampleAt,
      dirtyAt: isDirty ? now : clock.dirtyAt,
    },
  };
}

function later(now: Date, everyMs: number, random: () => number): Date {
  return new Date(now.getTime() + Math.round(everyMs * (1 - JITTER + 2 * JITTER * random())));
}

const READ = `
  SELECT crawl_full_at AS "fullAt", crawl_sample_at AS "sampleAt", crawl_dirty_at AS "dirtyAt",
         dirty_since AS "dirtySince",
         EXISTS (SELECT FROM crawl_run WHERE source_id = source.id AND kind = 'full' AND state IN ('waiting', 'running'))
           AS "isFullOpen",
         EXISTS (${OPEN_QUESTION}) AS "isAsking"
    FROM source WHERE name = $1`;

const WRITE = `
  UPDATE source SET crawl_full_at = $2, crawl_sample_at = $3, crawl_dirty_at = $4 WHERE name = $1`;

/** So many samples of a source are remembered; they come every few minutes. */
const SAMPLES_KEPT = 500;

const FORGET = `
  DELETE FROM crawl_run WHERE id IN (
    SELECT run.id FROM crawl_run AS run JOIN source ON source.id = run.source_id
     WHERE source.name = $1 AND run.kind = 'sample' AND run.finished_at IS NOT NULL
     ORDER BY run.id DESC OFFSET ${SAMPLES_KEPT})`;

/**
 * Asks for the crawls that are due, each once however many processes look, and says that a worker is there for these
 * sources.
 */
export async function scheduleCrawls(
  catalog: Catalog,
  schedules: readonly CrawlSchedule[],
  { now, random }: { readonly now: Date; readonly random: () => number },
): Promise<void> {
  await catalog.pool.query(
    `UPDATE source SET worker_seen_at = now()
      WHERE name = ANY ($1::text[]) AND coalesce(worker_seen_at < now() - interval '3 s', true)`,
    [schedules.map(({ source }) => source)],
  );
  for (const schedule of schedules) {
    const seen = await read(catalog.pool, schedule, '');
    if (seen === null || !isChange(seen, dueCrawls(seen, schedule, now, random))) continue;
    await inTransaction(catalog, async (sql) => {
      const clock = await read(sql, schedule, 'FOR UPDATE OF source SKIP LOCKED');
      if (clock !== null) await request(sql, schedule, dueCrawls(clock, schedule, now, random), now);
    });
  }
}

function isChange(clock: CrawlClock, { next }: DueCrawls): boolean {
  return next.fullAt !== clock.fullAt || next.sampleAt !== clock.sampleAt || next.dirtyAt !== clock.dirtyAt;
}

async function read(sql: Sql, { source }: CrawlSchedule, lock: string): Promise<CrawlClock | null> {
  const { rows } = await sql.query<CrawlClock>(`${READ} ${lock}`, [source]);
  return rows[0] ?? null;
}

async function request(sql: Sql, { source }: CrawlSchedule, { full, sample, next }: DueCrawls, now: Date) {
  await sql.query(WRITE, [source, next.fullAt, next.sampleAt, next.dirtyAt]);
  if (full !== null) await requestCrawl(sql, { source, repository: null, trigger: full, now });
  if (!sample) return;
  await sql.query(FORGET, [source]);
  await requestCrawl(sql, { source, repository: null, trigger: 'schedule', sample: true, now });
}
