import type { Digest } from '@strata/oci';
import { digestFromBytes, digestToBytes } from '../digest-bytes.js';
import type { ArtifactKind, FactOrigin, ManifestFormat, ManifestKind } from '../stored-words.js';
import { rawSql, sql, toQuery, type SqlPart } from '../filter/sql.js';
import type { Sql } from '../open-catalog.js';
import type { StoredProblem } from './manifest-to-write.js';

/** What is stored under one digest, without its bytes. */
export interface ManifestRow {
  readonly id: bigint;
  readonly digest: Digest;
  readonly kind: ManifestKind;
  readonly format: ManifestFormat;
  readonly mediaType: string;
  readonly sizeBytes: bigint;
  /** `gone`: no repository holds it any more, valid or not. */
  readonly status: 'valid' | 'invalid' | 'gone';
  readonly problems: readonly StoredProblem[];
  readonly annotations: Readonly<Record<string, string>>;
  readonly artifactType: string | null;
  readonly artifactKind: ArtifactKind | null;
  readonly subject: Digest | null;
  readonly configId: bigint | null;
  readonly platformId: number | null;
  readonly platformSetId: number;
  readonly totalBytes: bigint;
  readonly firstSeenAt: Date;
  readonly firstSeenVia: FactOrigin;
  readonly verifiedAt: Date;
  /** Whether the document could be understood; one that could not is shown as an artifact of kind `other`. */
  readonly isValid: boolean;
}

/** A row as the database gives it. */
export type RawManifest = Omit<ManifestRow, 'digest' | 'subject' | 'problems' | 'annotations'> & {
  readonly digest: Buffer;
  readonly subject: Buffer | null;
  readonly problems: readonly StoredProblem[] | null;
  readonly annotations: Readonly<Record<string, string>> | null;
};

// One probe per row. As EXISTS in a select list, the planner would hash every placement there is.
const FIRST_HOLDER = sql`(SELECT placement.manifest_id FROM repository_manifest AS placement
  WHERE placement.manifest_id = manifest.id AND placement.gone_at IS NULL LIMIT 1)`;

/** What every question about manifests selects from `MANIFEST_TABLES`. */
export const MANIFEST_COLUMNS: SqlPart = sql`manifest.id, manifest.digest, manifest.kind, manifest.format,
  media_type.name AS "mediaType", manifest.size_bytes AS "sizeBytes", manifest.problems, manifest.annotations,
  CASE WHEN ${FIRST_HOLDER} IS NULL THEN 'gone' ELSE manifest.status::text END AS status,
  manifest.status = 'valid' AS "isValid", artifact_type.name AS "artifactType", manifest.artifact_kind AS "artifactKind",
  manifest.subject_digest AS subject, manifest.config_id AS "configId", manifest.platform_id AS "platformId",
  manifest.platform_set_id AS "platformSetId", manifest.total_bytes AS "totalBytes", manifest.first_seen_at AS "firstSeenAt",
  manifest.first_seen_via AS "firstSeenVia", manifest.verified_at AS "verifiedAt"`;

/** The table with the names of its media types. */
export const MANIFEST_TABLES: SqlPart = rawSql(`manifest
  JOIN media_type ON media_type.id = manifest.media_type_id
  LEFT JOIN media_type AS artifact_type ON artifact_type.id = manifest.artifact_type_id`);

/** Gives a row the shape in which the rest of the program sees it. Throws `DigestError` for a damaged row. */
export function toManifestRow(raw: RawManifest): ManifestRow {
  return {
    ...raw,
    digest: digestFromBytes(raw.digest),
    subject: raw.subject === null ? null : digestFromBytes(raw.subject),
    problems: raw.problems ?? [],
    annotations: raw.annotations ?? {},
  };
}

/** The manifests of these ids, in their order; null for an id that is unknown. */
export async function findManifestsById(db: Sql, ids: readonly bigint[]): Promise<readonly (ManifestRow | null)[]> {
  const found = await findWhere(db, sql`manifest.id = ANY (${ids}::bigint[])`);
  const byId = new Map(found.map((row) => [row.id, row]));
  return ids.map((id) => byId.get(id) ?? null);
}

/** The manifests under these digests, in their order; null where nothing is stored. */
export async function findManifestsByDigest(
  db: Sql,
  digests: readonly Digest[],
): Promise<readonly (ManifestRow | null)[]> {
  const found = await findWhere(db, sql`manifest.digest = ANY (${digests.map(digestToBytes)}::bytea[])`);
  const byDigest = new Map(found.map((row) => [row.digest, row]));
  return digests.map((digest) => byDigest.get(digest) ?? null);
}

async function findWhere(db: Sql, condition: SqlPart): Promise<readonly ManifestRow[]> {
  const statement = sql`SELECT ${MANIFEST_COLUMNS} FROM ${MANIFEST_TABLES} WHERE ${condition}`;
  return (await db.query<RawManifest>(toQuery(statement))).rows.map(toManifestRow);
}
