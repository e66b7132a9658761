import type { Digest } from '@strata/oci';
import { digestToBytes } from '../digest-bytes.js';
import type { Sql } from '../open-catalog.js';

/** A manifest that a registry, asked by digest and more than once, said that it does not have in a repository. */
export interface MissingManifest {
  readonly sourceId: number;
  readonly repository: string;
  readonly digest: Digest;
}

const RECORD = `
  WITH missing AS (
    INSERT INTO missing_child (repository_id, manifest_id, child_digest)
    SELECT DISTINCT repository.id, held.manifest_id, entry.child_digest
      FROM unnest($1::int[], $2::text[], $3::bytea[]) AS asked (source_id, repository, digest)
      JOIN source ON source.id = asked.source_id
      JOIN repository ON repository.registry_id = source.registry_id AND repository.name = asked.repository
      JOIN index_entry AS entry ON entry.child_digest = asked.digest
      JOIN repository_manifest AS held
        ON held.repository_id = repository.id AND held.manifest_id = entry.manifest_id AND held.gone_at IS NULL
     ORDER BY 1, 2, 3
    ON CONFLICT DO NOTHING
    RETURNING repository_id, manifest_id
  )
  INSERT INTO finding_todo (repository_id, manifest_id) SELECT DISTINCT repository_id, manifest_id FROM missing`;

/**
 * Remembers what the indexes of these repositories list and their registry does not have, and has the indexes examined.
 * Only after a clean answer: an index whose child nobody could ask for lacks nothing that we know of.
 */
export async function recordMissing(sql: Sql, missing: readonly MissingManifest[]): Promise<void> {
  if (missing.length === 0) return;
  await sql.query(RECORD, [
    missing.map(({ sourceId }) => sourceId),
    missing.map(({ repository }) => repository),
    missing.map(({ digest }) => digestToBytes(digest)),
  ]);
}
