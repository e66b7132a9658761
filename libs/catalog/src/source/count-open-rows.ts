import type { Sql } from '../open-catalog.js';
import type { InboxState } from '../stored-words.js';

/** How many rows of the inbox a source has that nobody has finished, or that were set aside. */
export interface OpenRows {
  readonly source: string;
  readonly state: Extract<InboxState, 'new' | 'queued' | 'quarantined'>;
  readonly rows: number;
}

const STATES = ['new', 'queued', 'quarantined'] as const satisfies readonly OpenRows['state'][];

// Each has a partial index of its own. Finished rows are not counted: there are millions of them, and no index.
const COUNT = STATES.map(
  (state) => `
  SELECT source.name AS source, '${state}' AS state,
         (SELECT count(*) FROM inbox WHERE source_id = source.id AND state = '${state}')::int AS rows FROM source`,
).join(' UNION ALL ');

/** Counts the open rows of every source. */
export async function countOpenRows(sql: Sql): Promise<readonly OpenRows[]> {
  return (await sql.query<OpenRows>(`${COUNT} ORDER BY 1, 2`)).rows;
}
