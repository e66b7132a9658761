import type { Digest } from '@strata/oci';
import { digestToBytes } from '../digest-bytes.js';
import type { Sql } from '../open-catalog.js';

/** A manifest that a repository was known to hold when its registry was asked, and said no. */
export interface GonePlacement {
  readonly repositoryId: bigint;
  readonly digest: Digest;
  /** From `readPlacementVersion`, read before the registry was asked. */
  readonly version: string;
}

/**
 * Reads what changes whenever a placement is written (`xmin`, the transaction that wrote the row); null where the
 * repository is not known to hold the manifest.
 */
export async function readPlacementVersion(sql: Sql, repositoryId: bigint, digest: Digest): Promise<string | null> {
  const { rows } = await sql.query<{ version: string }>(
    `SELECT placed.xmin::text AS version FROM repository_manifest AS placed JOIN manifest ON manifest.id = manifest_id
      WHERE repository_id = $1 AND digest = $2 AND gone_at IS NULL`,
    [repositoryId, digestToBytes(digest)],
  );
  return rows[0]?.version ?? null;
}

const CLOSE = `
  WITH closed AS (
  UPDATE repository_manifest AS placed SET gone_at = $4
   WHERE (repository_id, manifest_id) IN (
     SELECT held.repository_id, held.manifest_id
       FROM unnest($1::bigint[], $2::bytea[], $3::text[]) AS gone (repository_id, digest, version)
       JOIN manifest USING (digest)
       JOIN repository_manifest AS held ON held.repository_id = gone.repository_id AND held.manifest_id = manifest.id
      WHERE held.gone_at IS NULL AND held.xmin::text = gone.version
      ORDER BY held.repository_id, held.manifest_id FOR UPDATE OF held)
  RETURNING repository_id, manifest_id
  ), examined AS (
    INSERT INTO finding_todo (repository_id, manifest_id) SELECT repository_id, manifest_id FROM closed
  ), missing AS (
    INSERT INTO missing_child (repository_id, manifest_id, child_digest)
    SELECT DISTINCT held.repository_id, held.manifest_id, child.digest
      FROM closed
      JOIN manifest AS child ON child.id = closed.manifest_id
      JOIN index_entry AS entry ON entry.child_digest = child.digest
      JOIN repository_manifest AS held
        ON held.repository_id = closed.repository_id AND held.manifest_id = entry.manifest_id AND held.gone_at IS NULL
     ORDER BY 1, 2, 3
    ON CONFLICT DO NOTHING
  )
  INSERT INTO use_todo (repository_id, manifest_id) SELECT repository_id, manifest_id FROM closed`;

/**
 * Writes that repositories no longer hold some manifests. Only after the registry said so, asked by digest, and only
 * where nobody has placed the manifest since: what they saw may be newer.
 */
export async function closePlacements(sql: Sql, gone: readonly GonePlacement[], at: Date): Promise<void> {
  if (gone.length === 0) return;
  await sql.query(CLOSE, [
    gone.map(({ repositoryId }) => repositoryId),
    gone.map(({ digest }) => digestToBytes(digest)),
    gone.map(({ version }) => version),
    at,
  ]);
}

/** What a repository is known to hold: its live tags, and the digests of its manifests. */
export async function findContents(
  sql: Sql,
  repositoryId: bigint,
): Promise<{ readonly tags: readonly string[]; readonly manifests: readonly Buffer[] }> {
  const tags = await sql.query<{ name: string }>(
    'SELECT name FROM tag WHERE repository_id = $1 AND manifest_id IS NOT NULL ORDER BY name',
    [repositoryId],
  );
  const manifests = await sql.query<{ digest: Buffer }>(
    `SELECT digest FROM repository_manifest JOIN manifest ON manifest.id = manifest_id
      WHERE repository_id = $1 AND gone_at IS NULL ORDER BY digest`,
    [repositoryId],
  );
  return { tags: tags.rows.map(({ name }) => name), manifests: manifests.rows.map(({ digest }) => digest) };
}

/** The live tags of a repository that point at a manifest. */
export async function findTagsOn(sql: Sql, repositoryId: bigint, digest: Digest): Promise<readonly string[]> {
  const { rows } = await sql.query<{ name: string }>(
    `SELECT tag.name FROM tag JOIN manifest ON manifest.id = tag.manifest_id
      WHERE tag.repository_id = $1 AND manifest.digest = $2 ORDER BY tag.name`,
    [repositoryId, digestToBytes(digest)],
  );
  return rows.map(({ name }) => name);
}
