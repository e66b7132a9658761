import type { ArtifactKind } from '../stored-words.js';
import { isHeld } from './reach.js';
import { rawSql, sql, type SqlPart } from './sql.js';
import { tagColumns } from './tag-columns.js';

/**
 * Selects the ids of the manifests beside which an artifact of one of these kinds stands, or a statement of that kind in
 * one: as a referrer (OCI 1.1), or as an entry of the same index (BuildKit), and which some repository holds (at the moment
 * `at`).
 */
export function attestedManifests(kinds: readonly ArtifactKind[], at: Date | null): SqlPart {
  const speaks = sql`${isOfKind(kinds)} AND ${isHeld(rawSql('speaker.id'), at)}`;
  return sql`SELECT subject.id FROM manifest AS speaker JOIN manifest AS subject ON subject.digest = speaker.subject_digest
      WHERE speaker.subject_digest IS NOT NULL AND ${speaks}
    UNION SELECT entry.manifest_id FROM manifest AS speaker JOIN index_entry AS entry ON entry.child_digest = speaker.digest
      WHERE ${speaks}`;
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
  const speaks = sql`EXISTS (SELECT FROM manifest AS speaker WHERE speaker.id = ${manifestId} AND ${isOfKind(kinds)})`;
  return sql`SELECT subject.id, companion.repository_id
    FROM (
      SELECT tag.repository_id, decode('01' || substr(tag.name, 8, 64), 'hex') AS digest
      FROM ${from} CROSS JOIN ${COMPANION_SUFFIXES}
      WHERE tag.name LIKE 'sha256-%' AND tag.name ~ '^sha256-[0-9a-f]{64}\\.(sig|att|sbom)$'
        AND right(tag.name, -71) = suffix.text AND ${isThere}
        AND (suffix.kind = ANY (${kinds}::artifact_kind[]) OR ${speaks})
    ) AS companion JOIN manifest AS subject ON subject.digest = companion.digest`;
}

function isOfKind(kinds: readonly ArtifactKind[]): SqlPart {
  return sql`speaker.kind = 'artifact' AND (
    speaker.artifact_kind = ANY (${kinds}::artifact_kind[]) OR speaker.statements && ${kinds}::artifact_kind[])`;
}
