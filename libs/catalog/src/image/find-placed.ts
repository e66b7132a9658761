import type { Digest } from '@strata/oci';
import { digestFromBytes, digestToBytes } from '../digest-bytes.js';
import type { Sql } from '../open-catalog.js';

/** Which of these manifests a repository is known to hold, by digest, with their ids. */
export async function findPlaced(
  sql: Sql,
  repositoryId: bigint,
  digests: readonly Digest[],
): Promise<ReadonlyMap<Digest, bigint>> {
  if (digests.length === 0) return new Map();
  const { rows } = await sql.query<{ digest: Buffer; id: bigint }>(
    `SELECT manifest.digest, manifest.id
       FROM manifest JOIN repository_manifest ON manifest_id = manifest.id
      WHERE repository_id = $1 AND gone_at IS NULL AND digest = ANY($2::bytea[])`,
    [repositoryId, digests.map(digestToBytes)],
  );
  return new Map(rows.map(({ digest, id }) => [digestFromBytes(digest), id]));
}
