import type { Digest } from '@strata/oci';
import { digestToBytes } from '../digest-bytes.js';
import type { Sql } from '../open-catalog.js';
import { KEPT_WHOLE } from './read-known.js';

/** The id of a manifest that is kept and was understood as a whole, whoever holds it; null where it would have to be fetched. */
export async function findWholeManifest(sql: Sql, digest: Digest): Promise<bigint | null> {
  const { rows } = await sql.query<{ id: bigint }>(
    `SELECT id FROM manifest WHERE digest = $1 AND status = 'valid' AND ${KEPT_WHOLE}`,
    [digestToBytes(digest)],
  );
  return rows[0]?.id ?? null;
}
