import type { SourceState } from '../stored-words.js';
import type { Sql } from '../open-catalog.js';

/** A configured sender of events, and how it is doing. */
export interface SourceRow {
  readonly id: number;
  readonly name: string;
  readonly dialect: string;
  readonly registryId: number;
  /** Degraded also while a crawl asks whether it may remove as much as it found gone. */
  readonly state: SourceState;
  readonly lastEventAt: Date | null;
  /** Rows that are not finished: received events, and the work derived from them. */
  readonly waiting: number;
  readonly quarantined: number;
}

// Each count and the last event read a partial index of their own (see the migrations).
const SELECT = `
SELECT source.id, source.name, source.dialect, source.registry_id AS "registryId",
  CASE WHEN source.state = 'healthy' AND crawl.state = 'asking' THEN 'degraded' ELSE source.state END AS state,
  (SELECT received_at FROM inbox WHERE source_id = source.id AND root_id IS NULL ORDER BY id DESC LIMIT 1) AS "lastEventAt",
  ((SELECT count(*) FROM inbox WHERE source_id = source.id AND state = 'new')
   + (SELECT count(*) FROM inbox WHERE source_id = source.id AND state = 'queued'))::int AS waiting,
  (SELECT count(*) FROM inbox WHERE source_id = source.id AND state = 'quarantined')::int AS quarantined
FROM source
LEFT JOIN LATERAL (
  SELECT state FROM crawl_run WHERE source_id = source.id AND kind <> 'sample' ORDER BY id DESC LIMIT 1
) AS crawl ON true
ORDER BY source.name`;

/** Every source, by name. */
export async function findSources(db: Sql): Promise<readonly SourceRow[]> {
  return (await db.query<SourceRow>(SELECT)).rows;
}
