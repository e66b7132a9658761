import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { freshDatabase, type FreshDatabase } from '@strata/catalog/testing';
import { COUNTED_TABLES } from './count-seed.js';
import { isOutdated, loadCatalog, renewCatalog } from './load-catalog.js';
import { SEED_SIZES, type SeedSize } from './seed-size.js';
import { foreignKeysBroken } from './testing/foreign-keys.js';
import { readByName } from './testing/read-by-name.js';
import { writeAgain } from './testing/write-again.js';

const SIZE: SeedSize = { ...SEED_SIZES.tiny, tags: 400, repositories: 55 };

let loaded: FreshDatabase;
beforeAll(async () => {
  loaded = await freshDatabase();
  await loadCatalog(loaded.url, SIZE, 'a seed');
}, 60_000);
afterAll(() => loaded.drop());

async function count(condition: string): Promise<number> {
  const { rows } = await loaded.catalog.pool.query<{ n: number }>(`SELECT count(*)::int AS n FROM ${condition}`);
  return rows[0]?.n ?? 0;
}

describe('a made-up catalog', () => {
  it('holds what the cataloguer writes for the same documents, pushes and deletions', async () => {
    const written = await freshDatabase();
    try {
      await writeAgain(loaded.catalog, written.catalog);
      const [ours, theirs] = await Promise.all([readByName(loaded.catalog.pool), readByName(written.catalog.pool)]);
      expect(Object.keys(ours)).toEqual(Object.keys(theirs));
      for (const [table, rows] of Object.entries(ours)) expect([table, rows]).toEqual([table, theirs[table]]);
    } finally {
      await written.drop();
    }
  }, 120_000);

  it('that was loaded under older migrations becomes what it would be if it were loaded now', async () => {
    const { pool } = loaded.catalog;
    const before = await readByName(pool);
    expect(await isOutdated(loaded.url)).toBe(false);
    // As the migration that brought the counts has left it.
    await pool.query(`UPDATE tag_interval SET pushed_at = NULL`);
    await pool.query(`TRUNCATE ${COUNTED_TABLES.join(', ')}`);
    await pool.query(`INSERT INTO use_todo (repository_id) SELECT id FROM repository`);
    expect(await isOutdated(loaded.url)).toBe(true);
    await renewCatalog(loaded.url);
    expect(await readByName(pool)).toEqual(before);
    expect(await isOutdated(loaded.url)).toBe(false);
  });

  it('finds what is wrong with it, open and closed, accepted and not, and the same again', async () => {
    const findings = async () =>
      (
        await loaded.catalog.pool.query<{ kind: string; open: boolean; n: number }>(
          `SELECT kind, closed_at IS NULL AS open, count(*)::int AS n FROM finding GROUP BY 1, 2 ORDER BY 1, 2`,
        )
      ).rows;
    const before = await findings();
    expect(new Set(before.map(({ kind }) => kind))).toEqual(new Set(['policy', 'platform_lost', 'tag_rolled_back']));
    expect(await count('waiver')).toBeGreaterThan(0);
    expect(await count('finding_count_todo')).toBe(0);
    expect(await count('policy WHERE evaluated_hash = definition_hash')).toBe(3);
    await loaded.catalog.pool.query('TRUNCATE finding, waiver');
    await renewCatalog(loaded.url);
    expect(await findings()).toEqual(before);
  });

  it('breaks no foreign key, although none is checked while it is loaded', async () => {
    expect(await foreignKeysBroken(loaded.catalog.pool)).toEqual([]);
  });

  it('has exactly as many live tags as were asked for, deleted ones beside them, and every kind of thing', async () => {
    expect(await count('tag WHERE manifest_id IS NOT NULL')).toBe(SIZE.tags);
    for (const some of [
      'tag WHERE manifest_id IS NULL',
      'tag_interval WHERE to_at IS NOT NULL',
      `manifest WHERE kind = 'index' AND format = 'docker_list'`,
      'manifest WHERE subject_digest IS NOT NULL',
      `index_entry WHERE kind = 'attestation'`,
      `manifest WHERE 'provenance' = ANY (statements)`,
      `manifest WHERE 'sbom' = ANY (statements)`,
      `tag WHERE name ~ '^sha256-[0-9a-f]{64}[.]sig$'`,
      `manifest WHERE kind = 'index' AND annotations ? 'org.opencontainers.image.source'`,
      `image_config WHERE labels ? 'org.opencontainers.image.source'`,
      `image_config WHERE NOT labels ? 'org.opencontainers.image.source'`,
      `image_config WHERE run_user <> ''`,
      `image_config WHERE run_user = ''`,
      '(SELECT manifest_id FROM image_layer GROUP BY manifest_id, layer_id HAVING count(*) > 1) AS repeated',
      '(SELECT manifest_id FROM repository_manifest GROUP BY 1 HAVING count(*) > 1) AS copied',
    ])
      expect({ some, isThere: (await count(some)) > 0 }).toEqual({ some, isThere: true });
  });

  it('is the same again from the same seed, and another from another', async () => {
    const digests = async (seed: string) => {
      const other = await freshDatabase();
      try {
        await loadCatalog(other.url, { ...SIZE, tags: 200 }, seed);
        const { rows } = await other.catalog.pool.query<{ md5: string }>(
          `SELECT md5(string_agg(digest::text, '' ORDER BY digest)) AS md5 FROM manifest`,
        );
        return rows;
      } finally {
        await other.drop();
      }
    };
    const first = await digests('one');
    expect(await digests('one')).toEqual(first);
    expect(await digests('two')).not.toEqual(first);
  }, 60_000);

  it('has every index of the migrations again, and ids that go on behind its own', async () => {
    const empty = await freshDatabase();
    const indexes = `SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1`;
    try {
      const [ours, theirs] = await Promise.all([loaded.catalog.pool.query(indexes), empty.catalog.pool.query(indexes)]);
      expect(ours.rows).toEqual(theirs.rows);
    } finally {
      await empty.drop();
    }
    const { rows } = await loaded.catalog.pool.query<{ next: bigint; last: bigint }>(
      `SELECT nextval(pg_get_serial_sequence('manifest', 'id')) AS next, (SELECT max(id) FROM manifest) AS last`,
    );
    expect(rows[0]?.next).toBe((rows[0]?.last ?? 0n) + 1n);
  });
});
