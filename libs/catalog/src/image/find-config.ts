import type { Digest } from '@strata/oci';
import { digestToBytes } from '../digest-bytes.js';
import type { Sql } from '../open-catalog.js';

/** The bytes of a config that is kept already, so that it is fetched once however many images share it. */
export async function findConfigBytes(sql: Sql, digest: Digest): Promise<Uint8Array | null> {
  const { rows } = await sql.query<{ document: Buffer }>('SELECT document FROM image_config WHERE digest = $1', [
    digestToBytes(digest),
  ]);
  return rows[0]?.document ?? null;
}
