import type { Descriptor, Digest } from '@strata/oci';
import { idOf } from '../dictionary/dictionary-ids.js';
import { digestFromBytes, digestToBytes } from '../digest-bytes.js';
import type { Sql } from '../open-catalog.js';
import type { ManifestToWrite } from './manifest-to-write.js';
import type { Vocabulary } from './written-manifest.js';

const INSERT = `
  INSERT INTO layer (digest, media_type_id, size_bytes)
  SELECT * FROM unnest($1::bytea[], $2::int[], $3::bigint[]) AS layer (digest, media_type_id, size_bytes)
   ORDER BY digest
  ON CONFLICT (digest) DO NOTHING`;

/** Writes the layers of some images, each once, and gives their ids. */
export async function writeLayers(
  sql: Sql,
  { mediaTypes }: Vocabulary,
  manifests: readonly ManifestToWrite[],
): Promise<ReadonlyMap<Digest, bigint>> {
  const layers = [...layersOf(manifests).values()];
  if (layers.length === 0) return new Map();
  const digests = layers.map(({ digest }) => digestToBytes(digest));
  const known = await find(sql, digests);
  const fresh = layers.filter(({ digest }) => !known.has(digest));
  if (fresh.length === 0) return known;
  const freshDigests = fresh.map(({ digest }) => digestToBytes(digest));
  await sql.query(INSERT, [
    freshDigests,
    fresh.map(({ mediaType }) => idOf(mediaTypes, mediaType)),
    fresh.map(({ sizeBytes }) => sizeBytes),
  ]);
  return new Map([...known, ...(await find(sql, freshDigests))]);
}

async function find(sql: Sql, digests: readonly Buffer[]): Promise<Map<Digest, bigint>> {
  const { rows } = await sql.query<{ id: bigint; digest: Buffer }>(
    'SELECT id, digest FROM layer WHERE digest = ANY($1::bytea[])',
    [digests],
  );
  return new Map(rows.map(({ id, digest }) => [digestFromBytes(digest), id]));
}

function layersOf(manifests: readonly ManifestToWrite[]): ReadonlyMap<Digest, Descriptor> {
  const layers = manifests.flatMap((written) =>
    written.status === 'valid' && written.manifest.kind === 'image' ? written.manifest.layers : [],
  );
  return new Map(layers.map((layer) => [layer.digest, layer]));
}
