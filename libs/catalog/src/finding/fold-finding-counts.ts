import { inTransaction, type Catalog, type Sql } from '../open-catalog.js';

/** Any number that nobody else takes a lock on: one process folds at a time, the others find it taken. */
const FOLD_LOCK = 7_275_020;

const FOLD = `
  WITH noted AS (
    DELETE FROM finding_count_todo WHERE id IN (SELECT id FROM finding_count_todo ORDER BY id LIMIT $1)
    RETURNING repository_id, kind, severity, policy_id, is_open, findings
  ), moved AS (
    SELECT repository_id, kind, severity, policy_id, is_open, sum(findings)::int AS findings
      FROM noted GROUP BY 1, 2, 3, 4, 5 HAVING sum(findings) <> 0
  ), in_repositories AS (
    INSERT INTO repository_finding_count (repository_id, kind, severity, policy_id, is_open, findings)
    SELECT * FROM moved
    ON CONFLICT (repository_id, kind, severity, policy_id, is_open)
      DO UPDATE SET findings = repository_finding_count.findings + excluded.findings
  ), in_all AS (
    INSERT INTO finding_count (kind, severity, policy_id, is_open, findings)
    SELECT kind, severity, policy_id, is_open, sum(findings) FROM moved GROUP BY 1, 2, 3, 4
    ON CONFLICT (kind, severity, policy_id, is_open) DO UPDATE SET findings = finding_count.findings + excluded.findings
  )
  SELECT (SELECT count(*) FROM noted)::int AS taken, ARRAY(SELECT DISTINCT repository_id FROM moved) AS repositories`;

/**
 * Takes up to `limit` rows of `finding_count_todo` into the counts, in one statement, so that every reader sees each of
 * them either noted or counted. Returns how many it took; 0 when all is counted, or when another process is counting.
 */
export function foldFindingCounts(catalog: Catalog, limit = 10_000): Promise<number> {
  return inTransaction(catalog, async (db) => {
    const { rows } = await db.query<{ mine: boolean }>('SELECT pg_try_advisory_xact_lock($1) AS mine', [FOLD_LOCK]);
    return rows[0]?.mine === true ? fold(db, limit) : 0;
  });
}

async function fold(db: Sql, limit: number): Promise<number> {
  const { rows } = await db.query<{ readonly taken: number; readonly repositories: readonly bigint[] }>(FOLD, [limit]);
  const { taken, repositories } = rows[0] ?? { taken: 0, repositories: [] };
  if (repositories.length > 0) {
    await db.query('DELETE FROM repository_finding_count WHERE findings = 0 AND repository_id = ANY ($1::bigint[])', [
      repositories,
    ]);
    await db.query('DELETE FROM finding_count WHERE findings = 0');
  }
  return taken;
}
