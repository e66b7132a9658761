import { PLACES_AND_BASES } from '../filter/bases-behind.js';
import { toQuery } from '../filter/sql.js';
import { TAG_COLUMNS, type TagExamination, type TagOf } from './examined.js';
import { SEVERITY_OF } from './severity-of.js';

/**
 * Builds behind are counted up to here. It bounds what a push of a base has to look at: only tags built on one of the
 * last so many builds can become staler by it.
 */
export const MAX_BUILDS_BEHIND = 100;

// Down from the tags to their images, from each place of an image to the images that end there (its bases), up to the
// indexes of those, and to the tags that have left all of them. Everything about a base is worked out once, however many
// tags are built on it.
const FIND = `
  WITH RECURSIVE down (root, id) AS (
    SELECT DISTINCT manifest_id, manifest_id FROM tag WHERE id = ANY($1::bigint[]) AND manifest_id IS NOT NULL
    UNION
    SELECT down.root, child.id
      FROM down
      JOIN index_entry AS entry ON entry.manifest_id = down.id AND entry.kind IN ('platform', 'index', 'unknown')
      JOIN manifest AS child ON child.digest = entry.child_digest
  ), places AS MATERIALIZED (
    SELECT DISTINCT down.root, place.position + 1 AS layers, place.chain_id, place.diff_chain_id
      FROM down
     CROSS JOIN LATERAL (
       SELECT id, layer_count FROM manifest WHERE id = down.id AND kind = 'image' AND status = 'valid' OFFSET 0
     ) AS image
      JOIN image_layer AS place ON place.manifest_id = image.id AND place.position < image.layer_count - 1
  ), based AS MATERIALIZED (
    SELECT places.root, bases.id AS base_id, places.layers FROM ${toQuery(PLACES_AND_BASES.chain).text}
    UNION SELECT places.root, bases.id, places.layers FROM ${toQuery(PLACES_AND_BASES.diffChain).text}
  ), own (base_id, id) AS (
    SELECT DISTINCT base_id, base_id FROM based
    UNION
    SELECT own.base_id, entry.manifest_id
      FROM own JOIN manifest ON manifest.id = own.id JOIN index_entry AS entry ON entry.child_digest = manifest.digest
  ), last_own AS (
    SELECT DISTINCT ON (own.base_id, stretch.tag_id) own.base_id, stretch.tag_id, stretch.from_at, stretch.id, stretch.to_at
      FROM own JOIN tag_interval AS stretch ON stretch.manifest_id = own.id
     ORDER BY own.base_id, stretch.tag_id, stretch.from_at DESC, stretch.id DESC
  ), behind AS MATERIALIZED (
    SELECT last_own.base_id, left_by.repository_id, left_by.reference, later.builds, later.since
      FROM last_own
      JOIN tag AS left_by ON left_by.id = last_own.tag_id
     CROSS JOIN LATERAL (
       SELECT count(DISTINCT manifest_id)::int AS builds, min(from_at) AS since
         FROM (
           SELECT manifest_id, from_at FROM tag_interval AS stretch
            WHERE stretch.tag_id = last_own.tag_id AND (stretch.from_at, stretch.id) > (last_own.from_at, last_own.id)
            ORDER BY stretch.from_at, stretch.id LIMIT $2
         ) AS next
     ) AS later
     WHERE last_own.to_at IS NOT NULL AND later.builds > 0
  )
  SELECT DISTINCT ON (tag.id) ${TAG_COLUMNS}, behind.reference AS base, behind.builds, behind.since
    FROM tag
    JOIN based ON based.root = tag.manifest_id
    JOIN behind ON behind.base_id = based.base_id AND behind.repository_id <> tag.repository_id
   WHERE tag.id = ANY($1::bigint[])
   ORDER BY tag.id, based.layers DESC, behind.builds DESC, behind.since, behind.reference`;

/**
 * Tags with an image that is built on another repository's image which the tag of that repository has left for newer
 * builds: distinct manifests that it moved to since, and not back. One finding per tag; it names the nearest such base
 * (the one with the most layers), and of the tags that have left it the one that is furthest ahead.
 */
export const staleBase: TagExamination = async (sql, tagIds) => {
  type Row = TagOf & { readonly base: string; readonly builds: number; readonly since: Date };
  const { rows } = await sql.query<Row>(FIND, [tagIds, MAX_BUILDS_BEHIND]);
  return rows.map(({ base, builds, since, ...about }) => ({
    ...about,
    kind: 'stale_base',
    severity: SEVERITY_OF.stale_base,
    policyId: null,
    subject: '',
    detail: { base, builds, since: since.toISOString() },
    since: null,
  }));
};
