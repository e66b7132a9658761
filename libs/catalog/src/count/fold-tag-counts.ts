import { rawSql, sql, toQuery } from '../filter/sql.js';
import { inTransaction, type Catalog, type Sql } from '../open-catalog.js';
import { countSteps } from './counted-tags.js';

/** Any number that nobody else takes a lock on: one process folds at a time, the others find it taken. */
const FOLD_LOCK = 7_275_003;

const TABLES = 'repository_tag_count, tag_count, coverage_count';

/**
 * Takes up to `limit` rows of `tag_count_todo` into the counts, in one statement, so that every reader sees each of them
 * either noted or counted. Returns how many it took; 0 when all is counted, or when another process is counting. Rows of
 * transactions that are still open are not seen, and are there the next time.
 */
export function foldTagCounts(catalog: Catalog, limit = 10_000): Promise<number> {
  return inTransaction(catalog, async (db) => {
    const { rows } = await db.query<{ mine: boolean }>('SELECT pg_try_advisory_xact_lock($1) AS mine', [FOLD_LOCK]);
    return rows[0]?.mine === true ? fold(db, limit) : 0;
  });
}

/** Counts all live tags anew, while nobody writes any: for what was loaded past the triggers of `tag`. */
export function recountTags(catalog: Catalog): Promise<void> {
  return inTransaction(catalog, async (db) => {
    await db.query('LOCK TABLE tag IN SHARE ROW EXCLUSIVE MODE');
    await db.query('SELECT pg_advisory_xact_lock($1)', [FOLD_LOCK]);
    await db.query(`TRUNCATE tag_count_todo, ${TABLES}`);
    await db.query(`INSERT INTO tag_count_todo (repository_id, platform_set_id, format, tags)
      SELECT repository_id, platform_set_id, format, count(*) FROM tag WHERE manifest_id IS NOT NULL GROUP BY 1, 2, 3`);
    while ((await fold(db, 100_000)) > 0);
  });
}

async function fold(db: Sql, limit: number): Promise<number> {
  const statement = sql`WITH noted AS (
      DELETE FROM tag_count_todo WHERE id IN (SELECT id FROM tag_count_todo ORDER BY id LIMIT ${limit})
      RETURNING repository_id, platform_set_id, format, tags
    ), ${countSteps(rawSql('noted'))}, in_repositories AS (
      INSERT INTO repository_tag_count (repository_id, platform_set_id, format, tags)
      SELECT repository_id, platform_set_id, format, tags FROM moved
      ON CONFLICT (repository_id, platform_set_id, format) DO UPDATE SET tags = repository_tag_count.tags + excluded.tags
    ), in_registries AS (
      INSERT INTO tag_count (registry_id, platform_set_id, format, tags)
      SELECT registry_id, platform_set_id, format, sum(tags) FROM moved GROUP BY 1, 2, 3
      ON CONFLICT (registry_id, platform_set_id, format) DO UPDATE SET tags = tag_count.tags + excluded.tags
    ), in_words AS (
      INSERT INTO coverage_count (key, registry_id, word, tags, repositories)
      SELECT key, registry_id, word, tags, repositories FROM coverage_steps WHERE tags <> 0 OR repositories <> 0
      ON CONFLICT (key, registry_id, word) DO UPDATE
        SET tags = coverage_count.tags + excluded.tags, repositories = coverage_count.repositories + excluded.repositories
    )
    SELECT (SELECT count(*) FROM noted)::int AS taken, ARRAY(SELECT DISTINCT repository_id FROM moved) AS repositories`;
  const { rows } = await db.query<{ readonly taken: number; readonly repositories: readonly bigint[] }>(
    toQuery(statement),
  );
  const { taken, repositories } = rows[0] ?? { taken: 0, repositories: [] };
  if (repositories.length > 0) {
    await db.query('DELETE FROM repository_tag_count WHERE tags = 0 AND repository_id = ANY ($1::bigint[])', [
      repositories,
    ]);
    await db.query('DELETE FROM tag_count WHERE tags = 0');
    await db.query('DELETE FROM coverage_count WHERE tags = 0');
  }
  return taken;
}
