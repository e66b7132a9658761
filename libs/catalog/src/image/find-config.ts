import type { Digest } from '@strata/oci';
import { digestFromBytes, digestToBytes } from '../digest-bytes.js';
import type { Sql } from '../open-catalog.js';

/** The bytes of configs that are kept already, so that each is fetched once however many images share it; null for the others. */
export async function findConfigBytes(sql: Sql, digests: readonly Digest[]): Promise<readonly (Uint8Array | null)[]> {
  const { rows } = await sql.query<{ digest: Buffer; document: Buffer }>(
    'SELECT digest, document FROM image_config WHERE digest = ANY($1::bytea[])',
    [digests.map(digestToBytes)],
  );
  const known = new Map(rows.map(({ digest, document }) => [digestFromBytes(digest), document]));
  return digests.map((digest) => known.get(digest) ?? null);
}
