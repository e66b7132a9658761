import type { Sql } from '../open-catalog.js';

/** More than doubled since its statistics were made, and no longer tiny. */
const GROWN = `
  SELECT format('%I.%I', stat.schemaname, stat.relname) AS name
    FROM pg_stat_user_tables AS stat JOIN pg_class ON pg_class.oid = stat.relid
   WHERE stat.schemaname = current_schema() AND stat.n_mod_since_analyze > 500 + greatest(pg_class.reltuples, 0)
   ORDER BY 1`;

/**
 * Gives the planner statistics of tables that have more than doubled; returns their names. Autovacuum does so too, but
 * looks once a minute: until then a catalog that is being filled is planned for as if it were empty, and joins of a lot of tags
 * with all manifests take seconds. Each table is a short transaction of its own; one that somebody else analyses is left
 * to them. To be called without a transaction.
 */
export async function analyseGrownTables(db: Sql): Promise<readonly string[]> {
  const { rows } = await db.query<{ name: string }>(GROWN);
  for (const { name } of rows) await db.query(`ANALYZE (SKIP_LOCKED) ${name}`);
  return rows.map(({ name }) => name);
}
