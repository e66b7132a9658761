import { layersOf, type Digest, type Platform } from '@strata/oci';
import { mediaTypeIds } from '../dictionary/media-type-ids.js';
import { platformIds } from '../dictionary/platform-ids.js';
import { platformSetIds } from '../platform/platform-set-ids.js';
import type { Catalog, Sql } from '../open-catalog.js';
import { digestOfManifest, type ManifestToWrite } from './manifest-to-write.js';
import { claimedPlatform, ownPlatformSet } from './runnable-platform.js';
import type { FactOrigin } from '../stored-words.js';
import type { Vocabulary, WrittenManifest } from './written-manifest.js';
import { claimedMediaType } from './stored-text.js';
import { writeConfigs } from './write-configs.js';
import { writeEntries } from './write-entries.js';
import { writeLayers } from './write-layers.js';
import { writeManifestRows } from './write-manifest-rows.js';

/** When and how some manifests were seen. */
export interface Sighting {
  readonly at: Date;
  readonly via: FactOrigin;
}

/**
 * Looks up the ids of every media type and platform that these manifests name, and sees to it that the platform set of
 * each image exists; before the transaction, not in it, so that no transaction waits for another's words.
 */
export async function readVocabulary(catalog: Catalog, manifests: readonly ManifestToWrite[]): Promise<Vocabulary> {
  const [mediaTypes, platforms] = await Promise.all([
    mediaTypeIds(catalog, manifests.flatMap(mediaTypesOf)),
    platformIds(catalog, manifests.flatMap(platformsOf)),
  ]);
  const vocabulary = { mediaTypes, platforms };
  await platformSetIds(
    catalog.pool,
    manifests.map((manifest) => ownPlatformSet(manifest, vocabulary)),
  );
  return vocabulary;
}

/**
 * Writes manifests with their configs, layers and entries; what is there already stays as it is, because a manifest
 * never changes under its digest, unless it was refused before and is understood now. Every statement takes its rows in the order of their keys, so that
 * writers that share content wait for each other and never deadlock.
 */
export async function writeManifests(
  sql: Sql,
  vocabulary: Vocabulary,
  sighting: Sighting,
  manifests: readonly ManifestToWrite[],
): Promise<ReadonlyMap<Digest, WrittenManifest>> {
  const sorted = uniqueByDigest(manifests);
  const configIds = await writeConfigs(sql, vocabulary, sorted);
  const layerIds = await writeLayers(sql, vocabulary, sorted);
  const written = await writeManifestRows(sql, vocabulary, sighting, sorted, configIds);
  const fresh = sorted.filter((manifest) => written.get(digestOfManifest(manifest))?.isNew === true);
  await writeEntries(sql, vocabulary, fresh, written, layerIds);
  return written;
}

function uniqueByDigest(manifests: readonly ManifestToWrite[]): readonly ManifestToWrite[] {
  const byDigest = new Map(manifests.map((manifest) => [digestOfManifest(manifest), manifest]));
  return [...byDigest].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, manifest]) => manifest);
}

function mediaTypesOf(written: ManifestToWrite): readonly string[] {
  if (written.status === 'invalid') return [claimedMediaType(written.mediaType)];
  const { manifest } = written;
  const own = manifest.artifactType === null ? [manifest.mediaType] : [manifest.mediaType, manifest.artifactType];
  switch (manifest.kind) {
    case 'image':
      return [...own, manifest.config.mediaType, ...layersOf(manifest).map(({ mediaType }) => mediaType)];
    case 'schema1':
      return [...own, ...layersOf(manifest).map(({ mediaType }) => mediaType)];
    case 'index':
      return [
        ...own,
        ...manifest.entries.flatMap(({ descriptor: { mediaType, artifactType } }) =>
          artifactType === null ? [mediaType] : [mediaType, artifactType],
        ),
      ];
    case 'artifact':
      return own;
  }
}

function platformsOf(written: ManifestToWrite): readonly Platform[] {
  if (written.status === 'invalid') return [];
  const claimed = claimedPlatform(written);
  const listed = written.manifest.kind === 'index' ? written.manifest.entries.map(({ platform }) => platform) : [];
  return [claimed, ...listed].filter((platform) => platform !== null);
}
