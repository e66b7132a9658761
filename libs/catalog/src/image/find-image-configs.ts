import type { Digest } from '@strata/oci';
import { digestFromBytes } from '../digest-bytes.js';
import type { Sql } from '../open-catalog.js';

/** A config as it was fetched, verified against its digest. */
export interface ImageConfigRow {
  readonly id: bigint;
  readonly digest: Digest;
  readonly mediaType: string;
  readonly sizeBytes: bigint;
  readonly document: Uint8Array;
}

const SELECT = `
SELECT config.id, config.digest, media_type.name AS "mediaType", config.size_bytes AS "sizeBytes", config.document
FROM image_config AS config JOIN media_type ON media_type.id = config.media_type_id
WHERE config.id = ANY ($1::bigint[])`;

/** The configs of these ids, in their order; null for an id that is unknown. */
export async function findImageConfigs(db: Sql, ids: readonly bigint[]): Promise<readonly (ImageConfigRow | null)[]> {
  const { rows } = await db.query<Omit<ImageConfigRow, 'digest'> & { readonly digest: Buffer }>(SELECT, [ids]);
  const byId = new Map(rows.map((row) => [row.id, { ...row, digest: digestFromBytes(row.digest) }]));
  return ids.map((id) => byId.get(id) ?? null);
}
