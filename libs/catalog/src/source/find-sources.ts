import { OPEN_QUESTION } from '../crawl/open-question.js';
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
  /** What that crawl asks, and the command that answers it; null while none does. Removals and samples wait for it. */
  readonly question: string | null;
  readonly lastEventAt: Date | null;
  /** Rows that are not finished: received events, and the work derived from them. */
  readonly waiting: number;
  readonly quarantined: number;
}

// Each count and the last event read a partial index of their own (see the migrations).
const SELECT = `
SELECT source.id, source.name, source.dialect, source.registry_id AS "registryId",
  CASE WHEN source.state = 'healthy' AND question.id IS NOT NULL THEN 'degraded' ELSE source.state END AS state,
  question.error AS question,
  (SELECT received_at FROM inbox WHERE source_id = source.id AND root_id IS NULL ORDER BY id DESC LIMIT 1) AS "lastEventAt",
  ((SELECT count(*) FROM inbox WHERE source_id = source.id AND state = 'new')
   + (SELECT count(*) FROM inbox WHERE source_id = source.id AND state = 'queued'))::int AS waiting,
  (SELECT count(*) FROM inbox WHERE source_id = source.id AND state = 'quarantined')::int AS quarantined
FROM source
LEFT JOIN LATERAL (${OPEN_QUESTION}) AS question ON true
ORDER BY source.name`;

/** Every source, by name. */
export async function findSources(db: Sql): Promise<readonly SourceRow[]> {
  return (await db.query<SourceRow>(SELECT)).rows;
}
