import type { Digest } from '@strata/oci';
import { digestFromBytes, digestToBytes } from '../digest-bytes.js';
import { sql, toQuery, type SqlPart } from '../filter/sql.js';
import type { Sql } from '../open-catalog.js';
import type { LayerUse } from './count-layer-use.js';

/** One compressed layer, however many images contain it. */
export interface LayerRow {
  readonly id: bigint;
  readonly digest: Digest;
  readonly mediaType: string;
  /** Null where nobody has said it: schema 1 names no sizes, and the registry need not. */
  readonly sizeBytes: bigint | null;
  /** How far it is shared, where that was read with it; `countLayerUse` else says it. */
  readonly use?: LayerUse | undefined;
}

/** The layer of this digest; null when no image is known to contain it. */
export async function findLayer(db: Sql, digest: Digest): Promise<LayerRow | null> {
  const [found] = await findWhere(db, sql`layer.digest = ${digestToBytes(digest)}`);
  return found ?? null;
}

/** The layers of these ids, in their order; null for an id that is unknown. */
export async function findLayersById(db: Sql, ids: readonly bigint[]): Promise<readonly (LayerRow | null)[]> {
  const found = await findWhere(db, sql`layer.id = ANY (${ids}::bigint[])`);
  const byId = new Map(found.map((row) => [row.id, row]));
  return ids.map((id) => byId.get(id) ?? null);
}

async function findWhere(db: Sql, condition: SqlPart): Promise<readonly LayerRow[]> {
  const statement = sql`SELECT layer.id, layer.digest, media_type.name AS "mediaType", layer.size_bytes AS "sizeBytes"
    FROM layer JOIN media_type ON media_type.id = layer.media_type_id WHERE ${condition}`;
  const { rows } = await db.query<Omit<LayerRow, 'digest'> & { readonly digest: Buffer }>(toQuery(statement));
  return rows.map((row) => ({ ...row, digest: digestFromBytes(row.digest) }));
}
