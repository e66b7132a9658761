import {
  chainIds,
  formatPlatformName,
  layersOf,
  type Digest,
  type IndexEntryKind,
  type IndexManifest,
} from '@strata/oci';
import { idOf } from '../dictionary/dictionary-ids.js';
import { digestToBytes } from '../digest-bytes.js';
import type { Sql } from '../open-catalog.js';
import { cleanText } from '../inbox/record-events-text.js';
import { diffIdsOf, digestOfManifest, type ManifestToWrite, type ValidManifest } from './manifest-to-write.js';
import { labelsJson } from './stored-text.js';
import type { Vocabulary, WrittenManifest } from './written-manifest.js';

const INSERT_DOCUMENTS = `
  INSERT INTO manifest_document (manifest_id, bytes) SELECT * FROM unnest($1::bigint[], $2::bytea[])
  ON CONFLICT (manifest_id) DO NOTHING`; // of a document that was refused before

const INSERT_LAYERS = `
  INSERT INTO image_layer (manifest_id, position, layer_id, diff_id, chain_id, diff_chain_id, media_type_id)
  SELECT listed.manifest_id, listed.position, listed.layer_id, listed.diff_id, listed.chain_id, listed.diff_chain_id,
         nullif(listed.media_type_id, layer.media_type_id)
    FROM unnest($1::bigint[], $2::smallint[], $3::bigint[], $4::bytea[], $5::bytea[], $6::bytea[], $7::int[])
      AS listed (manifest_id, position, layer_id, diff_id, chain_id, diff_chain_id, media_type_id)
    JOIN layer ON layer.id = listed.layer_id
  ON CONFLICT (manifest_id, position)
  DO UPDATE SET (diff_id, diff_chain_id) = (excluded.diff_id, excluded.diff_chain_id)`; // of an image that lacked its config

const INSERT_ENTRIES = `
  INSERT INTO index_entry (manifest_id, position, child_digest, media_type_id, size_bytes, kind, platform_id,
                           raw_platform, artifact_type_id, annotations)
  SELECT * FROM unnest($1::bigint[], $2::smallint[], $3::bytea[], $4::int[], $5::bigint[], $6::index_entry_kind[],
                       $7::int[], $8::text[], $9::int[], $10::jsonb[])`;

/** Writes what belongs to manifests that this transaction has added: their bytes, layers and entries, each in order. */
export async function writeEntries(
  sql: Sql,
  vocabulary: Vocabulary,
  fresh: readonly ManifestToWrite[],
  written: ReadonlyMap<Digest, WrittenManifest>,
  layerIds: ReadonlyMap<Digest, bigint>,
): Promise<void> {
  const idOfManifest = (manifest: ManifestToWrite): bigint => existing(written.get(digestOfManifest(manifest))?.id);
  await insert(
    sql,
    INSERT_DOCUMENTS,
    fresh.flatMap((manifest) => documentRows(idOfManifest(manifest), manifest)),
  );
  const valid = fresh.filter((manifest) => manifest.status === 'valid');
  await insert(
    sql,
    INSERT_LAYERS,
    valid.flatMap((image) => layerRows(idOfManifest(image), image, layerIds, vocabulary)),
  );
  await insert(
    sql,
    INSERT_ENTRIES,
    valid.flatMap((index) => entryRows(idOfManifest(index), index, vocabulary)),
  );
}

/** Turns rows into the columns that `unnest` wants; nothing to do is no statement. */
async function insert(sql: Sql, statement: string, rows: readonly (readonly unknown[])[]): Promise<void> {
  const [first] = rows;
  if (first === undefined) return;
  await sql.query(
    statement,
    first.map((_, column) => rows.map((row) => row[column])),
  );
}

function documentRows(id: bigint, { bytes }: ManifestToWrite): readonly (readonly unknown[])[] {
  return bytes === null ? [] : [[id, Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)]];
}

function layerRows(
  id: bigint,
  image: ValidManifest,
  layerIds: ReadonlyMap<Digest, bigint>,
  { mediaTypes }: Vocabulary,
): readonly (readonly unknown[])[] {
  const { manifest } = image;
  const layers = layersOf(manifest);
  const chain = chainIds(layers.map(({ digest }) => digest));
  const diffIds = diffIdsOf(image) ?? [];
  const diffChain = chainIds(diffIds);
  return layers.map(({ digest, mediaType }, position) => [
    id,
    position,
    existing(layerIds.get(digest)),
    bytesOf(diffIds[position]),
    bytesOf(chain[position]),
    bytesOf(diffChain[position]),
    idOf(mediaTypes, mediaType),
  ]);
}

function entryRows(id: bigint, { manifest }: ValidManifest, vocabulary: Vocabulary): readonly (readonly unknown[])[] {
  if (manifest.kind !== 'index') return [];
  return manifest.entries.map((entry, position) => [id, position, ...entryColumns(entry, vocabulary)]);
}

function entryColumns(
  { descriptor, kind, platform, rawPlatform }: IndexManifest['entries'][number],
  { mediaTypes, platforms }: Vocabulary,
): readonly unknown[] {
  const entryKind: IndexEntryKind = kind;
  return [
    digestToBytes(descriptor.digest),
    idOf(mediaTypes, descriptor.mediaType),
    descriptor.sizeBytes,
    entryKind,
    platform === null ? null : idOf(platforms, formatPlatformName(platform)),
    rawPlatform === null ? null : cleanText(rawPlatform, 1_000),
    descriptor.artifactType === null ? null : idOf(mediaTypes, descriptor.artifactType),
    labelsJson(descriptor.annotations),
  ];
}

function bytesOf(digest: Digest | undefined): Buffer | null {
  return digest === undefined ? null : digestToBytes(digest);
}

function existing(id: bigint | undefined): bigint {
  if (id === undefined) throw new Error('a row that was just written has no id');
  return id;
}
