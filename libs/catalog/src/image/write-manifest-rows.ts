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
import { digestFromBytes, digestToBytes } from '../digest-bytes.js';
import type { Sql } from '../open-catalog.js';
import { cleanText } from '../inbox/record-events-text.js';
import { platformSetIds } from '../platform/platform-set-ids.js';
import { digestOfManifest, type ManifestToWrite, type ValidManifest } from './manifest-to-write.js';
import { ownPlatformSet, runnablePlatform } from './runnable-platform.js';
import { KEPT_WHOLE } from './read-known.js';
import { MAX_BYTES } from './settle-indexes.js';
import { claimedMediaType, labelsJson } from './stored-text.js';
import type { FactOrigin } from '../stored-words.js';
import type { Vocabulary, WrittenManifest } from './written-manifest.js';

/** One row of `manifest`, in the names of its columns. Facts of an index that hang on its children are settled afterwards. */
interface ManifestRow {
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

const INSERT = `
  INSERT INTO manifest (digest, kind, format, media_type_id, size_bytes, status, problems, annotations,
                        artifact_type_id, artifact_kind, statements, subject_digest, config_id, platform_id, platform_set_id,
                        total_bytes, layer_count, chain_id, diff_chain_id, first_seen_at, first_seen_via, verified_at)
  SELECT decode(digest, 'hex'), kind, format, media_type_id, size_bytes, status, problems, annotations::jsonb,
         artifact_type_id, artifact_kind, statements, decode(subject_digest, 'hex'), config_id, platform_id, platform_set_id,
         total_bytes, layer_count, decode(chain_id, 'hex'), decode(diff_chain_id, 'hex'), $2, $3::fact_origin, $2
    FROM jsonb_to_recordset($1::jsonb) AS row (
           digest text, kind manifest_kind, format manifest_format, media_type_id int, size_bytes bigint,
           status manifest_status, problems jsonb, annotations text, artifact_type_id int, artifact_kind artifact_kind,
           statements artifact_kind[], subject_digest text, config_id bigint, platform_id int, platform_set_id int, total_bytes bigint,
           layer_count int, chain_id text, diff_chain_id text)
   ORDER BY 1
  ON CONFLICT (digest)`;

const ADD = `${INSERT} DO NOTHING RETURNING id, digest`;

// What was refused may be understood later, by a better reader or from a registry that serves it as what it is; and an
// image may get the config that its registry did not have, which it names by digest.
const MEND = `${INSERT} DO UPDATE
     SET (kind, format, media_type_id, size_bytes, status, problems, annotations, artifact_type_id, artifact_kind,
          statements, subject_digest, config_id, platform_id, platform_set_id, total_bytes, layer_count, chain_id, diff_chain_id,
          verified_at)
       = (excluded.kind, excluded.format, excluded.media_type_id, excluded.size_bytes, excluded.status,
          excluded.problems, excluded.annotations, excluded.artifact_type_id, excluded.artifact_kind,
          excluded.statements, excluded.subject_digest, excluded.config_id, excluded.platform_id, excluded.platform_set_id,
          excluded.total_bytes, excluded.layer_count, excluded.chain_id, excluded.diff_chain_id, excluded.verified_at)
   WHERE manifest.status = 'invalid' OR NOT ${KEPT_WHOLE}
  RETURNING id, digest`;

// What was refused until now was not counted where it is held; and what is said of it, or of what is built on it, was
// worked out without its config.
const MENDED = `
  WITH held AS (
    SELECT repository_id, manifest_id FROM repository_manifest WHERE manifest_id = ANY($1::bigint[]) AND gone_at IS NULL
  ), examined AS (
    INSERT INTO finding_todo (repository_id, manifest_id) SELECT repository_id, manifest_id FROM held
  ), spread AS (
    INSERT INTO finding_spread (manifest_id) SELECT unnest($1::bigint[])
  )
  INSERT INTO use_todo (repository_id, manifest_id) SELECT repository_id, manifest_id FROM held`;

/**
 * Adds the rows that are new, mends those that were refused and are understood now, completes images that lacked their
 * config, and gives the ids of all. A row that was understood as a whole never changes: nobody can spoil a digest for others by serving something else under it.
 */
export async function writeManifestRows(
  sql: Sql,
  vocabulary: Vocabulary,
  seen: { readonly at: Date; readonly via: FactOrigin },
  manifests: readonly ManifestToWrite[],
  configIds: ReadonlyMap<Digest, bigint>,
): Promise<ReadonlyMap<Digest, WrittenManifest>> {
  const known = await find(sql, manifests.map(digestOfManifest));
  const fresh = manifests.filter((manifest) => !known.has(digestOfManifest(manifest)));
  const mended = manifests.filter(
    (manifest) => manifest.status === 'valid' && known.get(digestOfManifest(manifest))?.status === 'invalid',
  );
  const completed = manifests.filter(
    (manifest) =>
      manifest.status === 'valid' &&
      manifest.config !== null &&
      known.get(digestOfManifest(manifest))?.lacksConfig === true,
  );
  const write = async (statement: string, those: readonly ManifestToWrite[]) => {
    if (those.length === 0) return [];
    const sets = await platformSetIds(
      sql,
      those.map((written) => ownPlatformSet(written, vocabulary)),
    );
    const rows = those.map((written, index) => rowOf(written, vocabulary, configIds, sets[index] ?? 0));
    const result = await sql.query<{ id: bigint; digest: Buffer }>(statement, [
      JSON.stringify(rows),
      seen.at,
      seen.via,
    ]);
    return result.rows.map(({ id, digest }) => [digestFromBytes(digest), { id, isNew: true }] as const);
  };
  const understood = await write(MEND, mended);
  const whole = await write(MEND, completed);
  const better = [...understood, ...whole].map(([, { id }]) => id);
  if (better.length > 0) await sql.query(MENDED, [better]);
  const added = new Map<Digest, WrittenManifest>([...(await write(ADD, fresh)), ...understood, ...whole]);
  const overtaken = fresh.map(digestOfManifest).filter((digest) => !added.has(digest));
  return new Map<Digest, WrittenManifest>([...known, ...(await find(sql, overtaken)), ...added]);
}

type Found = WrittenManifest & { readonly status: 'valid' | 'invalid'; readonly lacksConfig: boolean };

async function find(sql: Sql, digests: readonly Digest[]): Promise<ReadonlyMap<Digest, Found>> {
  if (digests.length === 0) return new Map();
  const { rows } = await sql.query<{ id: bigint; digest: Buffer; status: Found['status']; lacksConfig: boolean }>(
    `SELECT id, digest, status, status = 'valid' AND NOT ${KEPT_WHOLE} AS "lacksConfig"
       FROM manifest WHERE digest = ANY($1::bytea[])`,
    [digests.map(digestToBytes)],
  );
  return new Map(rows.map(({ digest, ...row }) => [digestFromBytes(digest), { ...row, isNew: false }]));
}

function rowOf(
  written: ManifestToWrite,
  vocabulary: Vocabulary,
  configIds: ReadonlyMap<Digest, bigint>,
  platformSetId: number,
): ManifestRow {
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

/** The uncompressed digests, where the config has one for every layer. */
export function diffIdsOf({ manifest, config }: ValidManifest): readonly Digest[] | null {
  const diffIds = config?.parsed?.diffIds ?? null;
  return diffIds !== null && manifest.kind === 'image' && diffIds.length === manifest.layers.length ? diffIds : null;
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
function kindName({ kind }: Manifest): ManifestRow['kind'] {
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
