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
  INSERT INTO crawl_run (source_id, kind, repository, trigger, confirmed, started_at)
  SELECT id, $2::crawl_kind, $3, $4::crawl_trigger, $5, $6 FROM source WHERE name = $1
  ON CONFLICT (source_id, kind, repository) WHERE state = 'waiting'
  DO UPDATE SET confirmed = crawl_run.confirmed OR excluded.confirmed
  RETURNING id`;

/** Asks for a crawl, which a worker then walks; one that waits already is given instead. Null for an unknown source. */
export async function requestCrawl(sql: Sql, request: CrawlRequest): Promise<CrawlRun | null> {
  const { source, repository, trigger, sample = false, confirmed = false, now } = request;
  const kind: CrawlKind = sample ? 'sample' : repository === null ? 'full' : 'repository';
  const { rows } = await sql.query<{ id: bigint }>(REQUEST, [source, kind, repository, trigger, confirmed, now]);
  const [row] = rows;
  return row === undefined ? null : findCrawl(sql, row.id);
}
