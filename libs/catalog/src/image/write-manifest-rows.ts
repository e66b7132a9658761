import type { Digest } from '@strata/oci';
import { digestFromBytes, digestToBytes } from '../digest-bytes.js';
import type { Sql } from '../open-catalog.js';
import { platformSetIds } from '../platform/platform-set-ids.js';
import { manifestRowToWrite } from './manifest-row-to-write.js';
import { digestOfManifest, type ManifestToWrite } from './manifest-to-write.js';
import { ownPlatformSet } from './runnable-platform.js';
import { KEPT_WHOLE } from './read-known.js';
import type { FactOrigin } from '../stored-words.js';
import type { Vocabulary, WrittenManifest } from './written-manifest.js';

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
    const rows = those.map((written, index) => manifestRowToWrite(written, vocabulary, configIds, sets[index] ?? 0));
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
