import { reaching } from '../filter/reach.js';
import { rawSql, sql, type SqlPart } from '../filter/sql.js';
import { MAX_BUILDS_BEHIND } from './stale-base.js';

/** Images that contain all layers of the images `stack`, with them or with the same files, as often as they are found. */
const BUILT_ON = rawSql(`
  SELECT place.manifest_id AS id FROM stack JOIN image_layer AS place ON place.chain_id = stack.chain_id AND place.manifest_id <> stack.id
  UNION ALL
  SELECT place.manifest_id FROM stack JOIN image_layer AS place ON place.diff_chain_id = stack.diff_chain_id AND place.manifest_id <> stack.id`);

/**
 * Manifests whose tags may have other findings since this tag has changed, some more than once. Those built on what it
 * pointed at lately: they are behind, or no longer. Those that it points at, where a policy names it as a base. And the
 * one whose signature it carries: `sha256-….sig` of cosign, `sha256-…` of registries without referrers.
 */
export function seedsOfTag(tagId: SqlPart): SqlPart {
  return sql`WITH RECURSIVE stretch AS MATERIALIZED (
    SELECT manifest_id FROM tag_interval WHERE tag_id = ${tagId} ORDER BY from_at DESC, id DESC LIMIT ${rawSql(String(MAX_BUILDS_BEHIND + 1))}
  ), named AS MATERIALIZED (
    SELECT FROM tag JOIN repository ON repository.id = tag.repository_id
      JOIN policy ON policy.removed_at IS NULL AND strpos(where_filter::text || require_filter::text, '"derivedFrom"') > 0
       AND strpos(where_filter::text || require_filter::text, repository.name) > 0
     WHERE tag.id = ${tagId}
  ), below (id) AS (
    SELECT manifest_id FROM stretch WHERE (SELECT count(*) FROM stretch) > 1 OR EXISTS (SELECT FROM named)
    UNION
    SELECT child.id FROM below
      JOIN index_entry AS entry ON entry.manifest_id = below.id AND entry.kind IN ('platform', 'index', 'unknown')
      JOIN manifest AS child ON child.digest = entry.child_digest
  ), stack AS (
    SELECT manifest.id, chain_id, diff_chain_id FROM below JOIN manifest ON manifest.id = below.id
     WHERE kind = 'image' AND status = 'valid'
  )
  SELECT below.id FROM below WHERE EXISTS (SELECT FROM named)
  UNION ALL ${BUILT_ON}
  UNION ALL
  SELECT signed.id FROM tag JOIN manifest AS signed
      ON signed.digest = '\\x01'::bytea || decode(substring(tag.name FROM '^sha256-([0-9a-f]{64})'), 'hex')
   WHERE tag.id = ${tagId} AND tag.name ~ '^sha256-[0-9a-f]{64}'`;
}

/** The same for a manifest that has become known, or is held nowhere any more: itself, its subject, what is built on it. */
export function seedsOfManifest(manifestId: SqlPart): SqlPart {
  return sql`WITH stack AS (
    SELECT id, chain_id, diff_chain_id FROM manifest WHERE id = ${manifestId} AND kind = 'image' AND status = 'valid'
  )
  SELECT ${manifestId} AS id
  UNION ALL
  SELECT subject.id FROM manifest JOIN manifest AS subject ON subject.digest = manifest.subject_digest
   WHERE manifest.id = ${manifestId}
  UNION ALL ${BUILT_ON}`;
}

/** The live tags on these manifests, or on an index that lists one of them, as often as they are found. */
export function tagsReaching(seeds: SqlPart): SqlPart {
  return sql`SELECT tag.id FROM (${reaching(seeds)}) AS above JOIN tag ON tag.manifest_id = above.id`;
}

/** Where the indexes are held that list a manifest. */
export function placementsListing(manifestId: SqlPart): SqlPart {
  return sql`SELECT placed.repository_id, placed.manifest_id
    FROM manifest AS child
    JOIN index_entry AS entry ON entry.child_digest = child.digest
    JOIN repository_manifest AS placed ON placed.manifest_id = entry.manifest_id AND placed.gone_at IS NULL
   WHERE child.id = ${manifestId}`;
}
