import type { ArtifactKind } from '../stored-words.js';
import { isHeld } from './reach.js';
import { rawSql, sql, type SqlPart } from './sql.js';
import { tagColumns } from './tag-columns.js';

/** The condition that a `speaker` is an artifact of one of these kinds, or has a statement of one. */
export function speaksOf(kinds: readonly ArtifactKind[]): SqlPart {
  return sql`(speaker.artifact_kind = ANY (${kinds}::artifact_kind[]) OR speaker.statements && ${kinds}::artifact_kind[])`;
}

/**
 * What stands behind FROM to ask each `speaker` about what it says of the manifest `subject_id`, beside which it stands: as a
 * referrer (OCI 1.1), or as an entry of the same index (BuildKit). Some repository holds it (at the moment `at`, did).
 */
export function speakers(at: Date | null): SqlPart {
  const isSpeaker = sql`speaker.kind = 'artifact' AND ${isHeld(rawSql('speaker.id'), at)}`;
  return sql`(
    SELECT subject.id AS subject_id, speaker.artifact_kind, speaker.statements
    FROM manifest AS speaker JOIN manifest AS subject ON subject.digest = speaker.subject_digest
    WHERE speaker.subject_digest IS NOT NULL AND ${isSpeaker}
    UNION ALL
    SELECT entry.manifest_id, speaker.artifact_kind, speaker.statements
    FROM manifest AS speaker JOIN index_entry AS entry ON entry.child_digest = speaker.digest WHERE ${isSpeaker}
  ) AS speaker`;
}

/** Selects the ids of the manifests beside which a `speaker` meets a condition. */
export function attestedManifests(condition: SqlPart, at: Date | null): SqlPart {
  return sql`SELECT speaker.subject_id FROM ${speakers(at)} WHERE ${condition}`;
}

/** What a tag says by its ending that cosign has written. */
export const COMPANION_SUFFIXES = rawSql(
  `(VALUES ('.sig', 'signature'::artifact_kind), ('.att', 'attestation'), ('.sbom', 'sbom')) AS suffix (text, kind)`,
);

/**
 * Selects `id` and `repository_id` of the manifests beside which cosign has written such a thing in that repository: under
 * a tag that is named after the digest (cosign, SIGNATURE_SPEC.md, ATTESTATION_SPEC.md, SBOM_SPEC.md: `sha256-<hex>.sig`,
 * `.att`, `.sbom`).
 */
export function manifestsWithCompanion(kinds: readonly ArtifactKind[], at: Date | null): SqlPart {
  const { from, isThere, manifestId } = tagColumns(at);
  const speaks = sql`EXISTS (SELECT FROM manifest AS speaker
    WHERE speaker.id = ${manifestId} AND speaker.kind = 'artifact' AND ${speaksOf(kinds)})`;
  return sql`SELECT subject.id, companion.repository_id
    FROM (
      SELECT tag.repository_id, decode('01' || substr(tag.name, 8, 64), 'hex') AS digest
      FROM ${from} CROSS JOIN ${COMPANION_SUFFIXES}
      WHERE tag.name LIKE 'sha256-%' AND tag.name ~ '^sha256-[0-9a-f]{64}\\.(sig|att|sbom)$'
        AND right(tag.name, -71) = suffix.text AND ${isThere}
        AND (suffix.kind = ANY (${kinds}::artifact_kind[]) OR ${speaks})
    ) AS companion JOIN manifest AS subject ON subject.digest = companion.digest`;
}
