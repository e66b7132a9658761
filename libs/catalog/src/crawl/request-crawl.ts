import type { CrawlKind, CrawlTrigger } from '../stored-words.js';
import type { Sql } from '../open-catalog.js';
import type { CrawlRun } from './crawl-run.js';
import { findCrawl } from './find-crawls.js';

/** Which crawl is wanted. */
export interface CrawlRequest {
  /** Name of a source. */
  readonly source: string;
  /** Null: everything. */
  readonly repository: string | null;
  readonly trigger: CrawlTrigger;
  /** A sample looks at tags that are known, and lists nothing. Default: false. */
  readonly sample?: boolean;
  /** It may remove as much as it finds gone. Default: false. */
  readonly confirmed?: boolean;
  readonly now: Date;
}

// One that waits has not looked at anything yet: it will do for whoever asks now.
const REQUEST = `
  WITH wanted AS (
    SELECT id AS source_id FROM source WHERE name = $1
  ), joined AS (
    UPDATE crawl_run SET confirmed = confirmed OR $5
     WHERE id = (
       SELECT crawl_run.id FROM crawl_run JOIN wanted USING (source_id)
        WHERE state = 'waiting' AND kind = $2::crawl_kind AND repository IS NOT DISTINCT FROM $3
        ORDER BY crawl_run.id LIMIT 1 FOR UPDATE OF crawl_run)
    RETURNING id
  ), added AS (
    INSERT INTO crawl_run (source_id, kind, repository, trigger, confirmed, started_at)
    SELECT source_id, $2::crawl_kind, $3, $4::crawl_trigger, $5, $6 FROM wanted WHERE NOT EXISTS (SELECT FROM joined)
    RETURNING id
  )
  SELECT id FROM joined UNION ALL SELECT id FROM added`;

/** Asks for a crawl, which a worker then walks; one that waits already is given instead. Null for an unknown source. */
export async function requestCrawl(sql: Sql, request: CrawlRequest): Promise<CrawlRun | null> {
  const { source, repository, trigger, sample = false, confirmed = false, now } = request;
  const kind: CrawlKind = sample ? 'sample' : repository === null ? 'full' : 'repository';
  const { rows } = await sql.query<{ id: bigint }>(REQUEST, [source, kind, repository, trigger, confirmed, now]);
  const [row] = rows;
  return row === undefined ? null : findCrawl(sql, row.id);
}
