import { findPlacements, type Catalog } from '@strata/catalog';
import { digestOf, parseManifest, type Conversion, type Descriptor, type Digest, type Manifest } from '@strata/oci';
import type { ManifestToPut } from '@strata/registry-client';
import { userError } from '../answer/user-error.js';
import type { ReadManifest } from '../reference/read-reference.js';

/** A repository that holds a manifest with its blobs. */
export interface Place {
  /** The host of its registry. */
  readonly registry: string;
  readonly repository: string;
}

/** A blob that a manifest needs beside it. */
export interface PlannedBlob {
  readonly digest: Digest;
  readonly sizeBytes: number;
  /** Those that are not to be had elsewhere, since they were made here; else null. */
  readonly bytes: Uint8Array | null;
  /** Its manifest says where clients get it (layers that are not distributed); registries do without. */
  readonly isElsewhere: boolean;
}

/** A manifest that is to be in the target, with what it needs there and where that is to be had. */
export interface PlannedManifest extends ManifestToPut {
  readonly blobs: readonly PlannedBlob[];
  readonly places: readonly Place[];
}

/** In the order in which a registry takes them, so that each finds there what it names; the last one gets the tag. */
export type PushPlan = readonly [...PlannedManifest[], PlannedManifest];

/** The index, and what stands in it, as the catalog holds that. Throws NOT_FOUND for an entry of which nothing is known. */
export async function planIndex(
  { pool }: Catalog,
  root: ManifestToPut,
  known: ReadonlyMap<Digest, ReadManifest>,
): Promise<PushPlan> {
  const children = entriesOf(root).map((digest) => {
    const child = known.get(digest);
    if (child === undefined) throw missing(digest);
    return child;
  });
  const placesOf = await findPlaces(pool, children);
  const planned = children.map(({ id, digest, mediaType, bytes, manifest }) => ({
    ...{ digest, mediaType, bytes, places: placesOf.get(id) ?? [] },
    blobs: blobsOf(manifest, null),
  }));
  return [...planned, { ...root, blobs: [], places: [] }];
}

/** The converted manifest, what stands behind it first. Blobs are those of what was converted. */
export async function planConversion(
  { pool }: Catalog,
  root: Conversion,
  known: ReadonlyMap<Digest, ReadManifest>,
): Promise<PushPlan> {
  const behind = new Map<Digest, Conversion>();
  const walk = (conversion: Conversion): void => {
    conversion.children.forEach(walk);
    if (conversion !== root) behind.set(conversion.digest, conversion);
  };
  walk(root);
  const all = [...behind.values(), root];
  for (const digest of all.flatMap(entriesOf)) if (!behind.has(digest)) throw missing(digest);
  const sources = all.flatMap(({ source }) => known.get(source) ?? []);
  const placesOf = await findPlaces(pool, sources);
  const plan = (conversion: Conversion): PlannedManifest => {
    const { digest, mediaType, bytes, config, source } = conversion;
    const id = known.get(source)?.id;
    const places = id === undefined ? [] : (placesOf.get(id) ?? []);
    return {
      digest,
      mediaType,
      bytes,
      places,
      blobs: blobsOf(parseManifest(bytes, { contentType: mediaType }), config),
    };
  };
  return [...[...behind.values()].map(plan), plan(root)];
}

function entriesOf({ bytes, mediaType }: Pick<ManifestToPut, 'bytes' | 'mediaType'>): readonly Digest[] {
  const manifest = parseManifest(bytes, { contentType: mediaType });
  return manifest.kind === 'index' ? [...new Set(manifest.entries.map(({ descriptor }) => descriptor.digest))] : [];
}

function missing(digest: Digest): Error {
  return userError('NOT_FOUND', `the catalog does not hold ${digest}, which stands in the index`);
}

/** `made` is a config that no registry has yet. */
function blobsOf(manifest: Manifest, made: Uint8Array | null): readonly PlannedBlob[] {
  const madeDigest = made === null ? null : digestOf(made);
  const planned = descriptorsOf(manifest).map(({ digest, sizeBytes, urls }) => ({
    ...{ digest, sizeBytes, isElsewhere: urls.length > 0 },
    bytes: digest === madeDigest ? made : null,
  }));
  return [...new Map(planned.map((blob) => [blob.digest, blob])).values()];
}

function descriptorsOf(manifest: Manifest): readonly Descriptor[] {
  switch (manifest.kind) {
    case 'image':
      return [manifest.config, ...manifest.layers];
    case 'artifact':
      return [...(manifest.config === null ? [] : [manifest.config]), ...manifest.blobs];
    case 'index':
      return [];
    case 'schema1':
      throw new TypeError('schema 1 stands in no index and comes out of no conversion');
  }
}

/** Places beyond these add nothing: each of them has everything. */
const PLACES = 20;

async function findPlaces(
  pool: Catalog['pool'],
  manifests: readonly ReadManifest[],
): Promise<ReadonlyMap<bigint, readonly Place[]>> {
  const ids = manifests.map(({ id }) => id);
  const pages = ids.length === 0 ? [] : await findPlacements(pool, { first: PLACES, after: null, manifestIds: ids });
  return new Map(
    ids.map((id, index) => [
      id,
      (pages[index]?.rows ?? []).map(({ row }) => row).filter(({ goneAt }) => goneAt === null),
    ]),
  );
}
