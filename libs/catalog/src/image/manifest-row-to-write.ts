import {
  chainIds,
  layersOf,
  statementKinds,
  type ArtifactKind,
  type Digest,
  type Manifest,
  type ManifestFormat,
} from '@strata/oci';
import { idOf } from '../dictionary/dictionary-ids.js';
import { digestToBytes } from '../digest-bytes.js';
import { cleanText } from '../inbox/record-events-text.js';
import { diffIdsOf, digestOfManifest, type ManifestToWrite, type ValidManifest } from './manifest-to-write.js';
import { runnablePlatform } from './runnable-platform.js';
import { MAX_BYTES } from './settle-indexes.js';
import { claimedMediaType, labelsJson } from './stored-text.js';
import type { Vocabulary } from './written-manifest.js';

/** One row of `manifest`, in the names of its columns. Facts of an index that hang on its children are settled afterwards. */
export interface ManifestRowToWrite {
  readonly digest: string;
  readonly kind: 'image' | 'index' | 'artifact';
  readonly format: string;
  readonly media_type_id: number;
  readonly size_bytes: number;
  readonly status: 'valid' | 'invalid';
  readonly problems: unknown;
  readonly annotations: string | null;
  readonly artifact_type_id: number | null;
  readonly artifact_kind: string | null;
  readonly statements: readonly string[];
  readonly subject_digest: string | null;
  readonly config_id: string | null;
  readonly platform_id: number | null;
  readonly platform_set_id: number;
  /** In decimal: JSON numbers are not exact above 2^53. */
  readonly total_bytes: string;
  readonly layer_count: number;
  readonly chain_id: string | null;
  readonly diff_chain_id: string | null;
}

/** The row of a manifest; `configIds` has its config, if it has one, and `vocabulary` all of its words. */
export function manifestRowToWrite(
  written: ManifestToWrite,
  vocabulary: Vocabulary,
  configIds: ReadonlyMap<Digest, bigint>,
  platformSetId: number,
): ManifestRowToWrite {
  const common = {
    digest: hexOf(digestOfManifest(written)),
    problems: written.problems.length === 0 ? null : written.problems.map(cleanProblem),
    platform_set_id: platformSetId,
  };
  if (written.status === 'valid') return { ...common, ...factsOf(written, vocabulary, configIds) };
  return {
    ...common,
    ...NOTHING,
    kind: 'artifact',
    artifact_kind: 'other',
    status: 'invalid',
    format: formatName(written.format),
    media_type_id: idOf(vocabulary.mediaTypes, claimedMediaType(written.mediaType)),
    size_bytes: written.sizeBytes,
  };
}

const NOTHING = {
  annotations: null,
  artifact_type_id: null,
  artifact_kind: null,
  statements: [],
  subject_digest: null,
  config_id: null,
  platform_id: null,
  total_bytes: '0',
  layer_count: 0,
  chain_id: null,
  diff_chain_id: null,
} as const;

function factsOf(
  written: ValidManifest,
  { mediaTypes, platforms }: Vocabulary,
  configIds: ReadonlyMap<Digest, bigint>,
) {
  const { manifest, config } = written;
  const own = {
    ...NOTHING,
    kind: kindName(manifest),
    status: 'valid' as const,
    format: formatName(manifest.format),
    media_type_id: idOf(mediaTypes, manifest.mediaType),
    size_bytes: manifest.sizeBytes,
    annotations: labelsJson(manifest.annotations),
    artifact_type_id: manifest.artifactType === null ? null : idOf(mediaTypes, manifest.artifactType),
    subject_digest: manifest.subject === null ? null : hexOf(manifest.subject.digest),
  };
  switch (manifest.kind) {
    case 'index':
      return own;
    case 'artifact':
      return {
        ...own,
        artifact_kind: artifactKindName(manifest.artifactKind),
        statements: statementKinds(manifest.blobs).map(artifactKindName),
        total_bytes: sumOfDistinct(manifest.blobs),
        layer_count: manifest.blobs.length,
      };
    case 'image':
    case 'schema1': {
      const name = runnablePlatform(written);
      const diffIds = diffIdsOf(written);
      return {
        ...own,
        config_id: config === null ? null : String(configIds.get(config.digest)),
        platform_id: name === null ? null : idOf(platforms, name),
        total_bytes: sumOfDistinct(layersOf(manifest)),
        layer_count: manifest.layers.length,
        chain_id: lastHex(chainIds(manifest.layers.map(({ digest }) => digest))),
        diff_chain_id: diffIds === null ? null : lastHex(chainIds(diffIds)),
      };
    }
  }
}

/** As far as the sizes are known. */
function sumOfDistinct(blobs: readonly { readonly digest: Digest; readonly sizeBytes: number | null }[]): string {
  const sizes = new Map(blobs.map(({ digest, sizeBytes }) => [digest, BigInt(sizeBytes ?? 0)]));
  const sum = [...sizes.values()].reduce((total, size) => total + size, 0n);
  return String(sum < MAX_BYTES ? sum : MAX_BYTES);
}

function lastHex(digests: readonly Digest[]): string | null {
  const last = digests.at(-1);
  return last === undefined ? null : hexOf(last);
}

function hexOf(digest: Digest): string {
  return digestToBytes(digest).toString('hex');
}

/** An image is an image, whichever way it is written down. */
function kindName({ kind }: Manifest): ManifestRowToWrite['kind'] {
  return kind === 'schema1' ? 'image' : kind;
}

/** The database's words are the library's with `_` for `-`. */
function formatName(format: ManifestFormat): string {
  return format.replaceAll('-', '_');
}

function artifactKindName(kind: ArtifactKind): string {
  return kind.replaceAll('-', '_');
}

function cleanProblem({ code, message, path }: ManifestToWrite['problems'][number]) {
  return { code, message: cleanText(message, 500), path: path === null ? null : cleanText(path, 500) };
}
