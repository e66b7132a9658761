import type { Digest } from '@strata/oci';
import { digestFromBytes, digestToBytes } from '../digest-bytes.js';
import type { Sql } from '../open-catalog.js';

/** What the catalog knows before the registry is asked. */
export interface Known {
  /** Of the tag's row, for the compare-and-set; 0 where it has none. */
  readonly tagVersion: number;
  /** Those of the digests that the repository is known to hold, with the ids of their manifests. */
  readonly placed: ReadonlyMap<Digest, bigint>;
}

const READ = `
  SELECT NULL::bytea AS digest, NULL::bigint AS id, version FROM tag WHERE repository_id = $1 AND name = $2
  UNION ALL
  SELECT manifest.digest, manifest.id, NULL
    FROM manifest JOIN repository_manifest ON manifest_id = manifest.id
   WHERE repository_id = $1 AND gone_at IS NULL AND digest = ANY($3::bytea[])`;

/** Reads, in one statement, the version of a tag (where one is named) and which manifests a repository is known to hold. */
export async function readKnown(
  sql: Sql,
  repositoryId: bigint,
  { tag, digests }: { readonly tag: string | null; readonly digests: readonly Digest[] },
): Promise<Known> {
  const { rows } = await sql.query<{ digest: Buffer | null; id: bigint | null; version: number | null }>(READ, [
    repositoryId,
    tag,
    digests.map(digestToBytes),
  ]);
  const placed = rows.flatMap(({ digest, id }) =>
    digest === null || id === null ? [] : [[digestFromBytes(digest), id] as const],
  );
  return { tagVersion: rows.find(({ version }) => version !== null)?.version ?? 0, placed: new Map(placed) };
}
