import { layersOf, type Digest, type Layer } from '@strata/oci';
import { idOf } from '../dictionary/dictionary-ids.js';
import { digestFromBytes, digestToBytes } from '../digest-bytes.js';
import type { Sql } from '../open-catalog.js';
import type { ManifestToWrite } from './manifest-to-write.js';
import type { Vocabulary } from './written-manifest.js';

const INSERT = `
  INSERT INTO layer (digest, media_type_id, size_bytes)
  SELECT * FROM unnest($1::bytea[], $2::int[], $3::bigint[]) AS layer (digest, media_type_id, size_bytes)
   ORDER BY digest
  ON CONFLICT (digest) DO UPDATE SET (media_type_id, size_bytes) = (excluded.media_type_id, excluded.size_bytes)
   WHERE layer.size_bytes IS NULL AND excluded.size_bytes IS NOT NULL`;

/**
 * Writes the layers of some images, each once, and gives their ids. Schema 1 names neither size nor type, so what it has
 * left open is filled in by the first image that says it.
 */
export async function writeLayers(
  sql: Sql,
  { mediaTypes }: Vocabulary,
  manifests: readonly ManifestToWrite[],
): Promise<ReadonlyMap<Digest, bigint>> {
  const layers = [...distinctLayers(manifests).values()];
  if (layers.length === 0) return new Map();
  const digests = layers.map(({ digest }) => digestToBytes(digest));
  const known = await find(sql, digests);
  const fresh = layers.filter(
    ({ digest, sizeBytes }) => !known.has(digest) || (sizeBytes !== null && known.get(digest)?.isSized === false),
  );
  if (fresh.length === 0) return idsOf(known);
  const freshDigests = fresh.map(({ digest }) => digestToBytes(digest));
  await sql.query(INSERT, [
    freshDigests,
    fresh.map(({ mediaType }) => idOf(mediaTypes, mediaType)),
    fresh.map(({ sizeBytes }) => sizeBytes),
  ]);
  return idsOf(new Map([...known, ...(await find(sql, freshDigests))]));
}

function idsOf(known: Known): ReadonlyMap<Digest, bigint> {
  return new Map([...known].map(([digest, { id }]) => [digest, id]));
}

type Known = ReadonlyMap<Digest, { readonly id: bigint; readonly isSized: boolean }>;

async function find(sql: Sql, digests: readonly Buffer[]): Promise<Known> {
  const { rows } = await sql.query<{ id: bigint; digest: Buffer; isSized: boolean }>(
    'SELECT id, digest, size_bytes IS NOT NULL AS "isSized" FROM layer WHERE digest = ANY($1::bytea[])',
    [digests],
  );
  return new Map(rows.map(({ digest, ...row }) => [digestFromBytes(digest), row]));
}

/** Of two that name one blob, the one that knows its size. */
function distinctLayers(manifests: readonly ManifestToWrite[]): ReadonlyMap<Digest, Layer> {
  const distinct = new Map<Digest, Layer>();
  for (const written of manifests) {
    for (const layer of written.status === 'valid' ? layersOf(written.manifest) : []) {
      if (layer.sizeBytes !== null || !distinct.has(layer.digest)) distinct.set(layer.digest, layer);
    }
  }
  return distinct;
}
