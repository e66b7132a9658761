import type { Sql } from '../open-catalog.js';
import { CRAWL_COLUMNS, type CrawlRun } from './crawl-run.js';
import { OPEN_QUESTION } from './open-question.js';

/** One crawl; null for an unknown id. */
export async function findCrawl(sql: Sql, id: bigint): Promise<CrawlRun | null> {
  const { rows } = await sql.query<CrawlRun>(
    `SELECT ${CRAWL_COLUMNS} FROM crawl_run AS run JOIN source ON source.id = run.source_id WHERE run.id = $1`,
    [id],
  );
  return rows[0] ?? null;
}

// Samples come every few minutes and see little: they would hide what people ask about. So would a crawl of one part
// while another part, or the whole, waits for an answer.
const LAST = `
  SELECT ${CRAWL_COLUMNS}
    FROM source
    LEFT JOIN LATERAL (${OPEN_QUESTION}) AS question ON true
   CROSS JOIN LATERAL (
     SELECT * FROM crawl_run
      WHERE crawl_run.source_id = source.id AND kind <> 'sample' AND (finished_at IS NOT NULL OR NOT $2)
        AND (question.id IS NULL OR kind = 'full' OR crawl_run.repository = question.repository)
      ORDER BY crawl_run.id DESC LIMIT 1
   ) AS run
   WHERE source.id = ANY ($1::int[])`;

/**
 * The newest crawl of each source, samples left out; with `finished` the newest that has ended. While a crawl asks, those
 * that leave its question open are left out too. Null where there is none.
 */
export async function findLastCrawls(
  sql: Sql,
  sourceIds: readonly number[],
  { finished }: { readonly finished: boolean },
): Promise<readonly (CrawlRun | null)[]> {
  const { rows } = await sql.query<CrawlRun>(LAST, [sourceIds, finished]);
  const bySource = new Map(rows.map((row) => [row.sourceId, row]));
  return sourceIds.map((id) => bySource.get(id) ?? null);
}

/** Whether a worker that knows the source has been there in the last `withinMs`. */
export async function isWorkerThere(sql: Sql, sourceId: number, withinMs: number): Promise<boolean> {
  const { rows } = await sql.query<{ there: boolean | null }>(
    `SELECT worker_seen_at > now() - $2::float8 * interval '1 ms' AS there FROM source WHERE id = $1`,
    [sourceId, withinMs],
  );
  return rows[0]?.there === true;
}
