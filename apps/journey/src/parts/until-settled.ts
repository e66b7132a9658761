import type { Catalog } from '@strata/catalog';
import { until } from './until.js';

// Each step notes what follows from it in the commit that does it, and what is noted goes in the commit of what came of it:
// where one look sees nothing noted, everything was done.
const WAITING = `
  SELECT (SELECT count(*)::int FROM inbox WHERE state IN ('new', 'queued')) AS "toCatalogue",
         (SELECT count(*)::int FROM use_todo) AS "toCount",
         (SELECT count(*)::int FROM finding_todo) + (SELECT count(*)::int FROM finding_spread) AS "toExamine"`;

/**
 * Waits until all that the hook has taken is catalogued, and all of that counted and examined: nothing is under way. Of a
 * registry that tells in order, nothing comes later once its last push is in the catalog.
 */
export async function untilSettled({ pool }: Pick<Catalog, 'pool'>): Promise<void> {
  let waiting: Readonly<Record<string, number>> = {};
  const look = async (): Promise<true | null> => {
    const { rows } = await pool.query<Readonly<Record<string, number>>>(WAITING);
    waiting = rows[0] ?? {};
    return Object.values(waiting).every((count) => count === 0) ? true : null;
  };
  await until('all is catalogued, counted and examined', look, { limitMs: 120_000 }).catch((error: unknown) => {
    throw new Error(`still waiting: ${JSON.stringify(waiting)}`, { cause: error });
  });
}
