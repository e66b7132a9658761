import type { ArtifactKind } from '../stored-words.js';
import type { ManifestQuestion, PlacedQuestion } from './manifest-question.js';
import { isHeld } from './reach.js';
import { rawSql, sql, type SqlPart } from './sql.js';
import { tagColumns } from './tag-columns.js';

/**
 * The manifests beside which an artifact of one of these kinds stands, or a statement of that kind in one: as a referrer
 * (OCI 1.1), or as an entry of the same index (BuildKit), and which some repository holds (at the moment `at`).
 */
export function isAttested(kinds: readonly ArtifactKind[], at: Date | null): ManifestQuestion {
  const speaks = sql`${isOfKind('speaker', kinds)} AND ${isHeld(rawSql('speaker.id'), at)}`;
  const refers = sql`FROM manifest AS speaker JOIN manifest AS subject ON subject.digest = speaker.subject_digest
    WHERE speaker.subject_digest IS NOT NULL AND ${speaks}`;
  const isListed = sql`FROM manifest AS speaker JOIN index_entry AS entry ON entry.child_digest = speaker.digest WHERE ${speaks}`;
  return {
    ids: sql`SELECT subject.id ${refers} UNION SELECT entry.manifest_id ${isListed}`,
    holds: (id) =>
      sql`(EXISTS (SELECT ${refers} AND subject.id = ${id}) OR EXISTS (SELECT ${isListed} AND entry.manifest_id = ${id}))`,
  };
}

/**
 * The manifests beside which cosign has written such a thing in the same repository: under a tag that is named after the
 * digest (cosign, SIGNATURE_SPEC.md, ATTESTATION_SPEC.md, SBOM_SPEC.md: `sha256-<hex>.sig`, `.att`, `.sbom`).
 */
export function hasCompanion(kinds: readonly ArtifactKind[], at: Date | null): PlacedQuestion {
  const { from, isThere, manifestId } = tagColumns(at);
  const speaks = sql`EXISTS (SELECT FROM manifest AS speaker WHERE speaker.id = ${manifestId} AND ${isOfKind('speaker', kinds)})`;
  const suffixes = sql`(VALUES ('.sig', 'signature'::artifact_kind), ('.att', 'attestation'), ('.sbom', 'sbom')) AS suffix (text, kind)`;
  const isSaid = sql`(suffix.kind = ANY (${kinds}::artifact_kind[]) OR ${speaks})`;
  return {
    repository: 'same',
    pairs: sql`SELECT subject.id, companion.repository_id
      FROM (
        SELECT tag.repository_id, decode('01' || substr(tag.name, 8, 64), 'hex') AS digest
        FROM ${from} CROSS JOIN ${suffixes}
        WHERE tag.name LIKE 'sha256-%' AND tag.name ~ '^sha256-[0-9a-f]{64}\\.(sig|att|sbom)$'
          AND right(tag.name, -71) = suffix.text AND ${isThere} AND ${isSaid}
      ) AS companion JOIN manifest AS subject ON subject.digest = companion.digest`,
    holds: (id, repositoryId) => sql`EXISTS (
      SELECT FROM (
        SELECT subject.id, 'sha256-' || encode(substr(subject.digest, 2), 'hex') AS name, ${repositoryId} AS repository_id
        FROM manifest AS subject WHERE subject.id = ${id} AND get_byte(subject.digest, 0) = 1
      ) AS subject CROSS JOIN ${suffixes} CROSS JOIN LATERAL (
        SELECT FROM ${from} WHERE tag.repository_id = subject.repository_id AND tag.name = subject.name || suffix.text
          AND ${isThere} AND ${isSaid}
      ) AS companion)`,
  };
}

function isOfKind(name: 'speaker', kinds: readonly ArtifactKind[]): SqlPart {
  const column = (of: string): SqlPart => rawSql(`${name}.${of}`);
  return sql`${column('kind')} = 'artifact' AND (
    ${column('artifact_kind')} = ANY (${kinds}::artifact_kind[]) OR ${column('statements')} && ${kinds}::artifact_kind[])`;
}
