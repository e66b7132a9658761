import type { Digest } from '@strata/oci';
import { digestToBytes } from '../digest-bytes.js';
import type { Sql } from '../open-catalog.js';

/** Writes that repositories no longer hold some manifests. Only after the registry said so, asked by digest. */
export async function closePlacements(
  sql: Sql,
  gone: readonly { readonly repositoryId: bigint; readonly digest: Digest }[],
  at: Date,
): Promise<void> {
  if (gone.length === 0) return;
  await sql.query(
    `UPDATE repository_manifest SET gone_at = $3
       FROM unnest($1::bigint[], $2::bytea[]) AS gone (repository_id, digest) JOIN manifest USING (digest)
      WHERE repository_manifest.repository_id = gone.repository_id AND manifest_id = manifest.id AND gone_at IS NULL`,
    [gone.map(({ repositoryId }) => repositoryId), gone.map(({ digest }) => digestToBytes(digest)), at],
  );
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
