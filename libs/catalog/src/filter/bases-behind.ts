import type { PlacedQuestion } from './manifest-question.js';
import { rawSql, sql, type SqlPart } from './sql.js';

/**
 * The images that are built on a base of which a tag in another repository has at least `builds` newer ones: distinct
 * manifests to which that tag has moved since it last pointed at the base, or at an index of it; as `staleBase` has it.
 * With `at`, as it was then.
 */
export function isBehind(builds: number, at: Date | null): PlacedQuestion {
  const atLeast = Math.max(builds, 1);
  const derived = (column: 'chain_id' | 'diff_chain_id'): SqlPart => {
    const chain = rawSql(column);
    return sql`SELECT derived.id, moved.repository_id FROM moved JOIN manifest AS base ON base.id = moved.base_id
      JOIN image_layer AS place ON place.${chain} = base.${chain} AND place.position = base.layer_count - 1
      JOIN manifest AS derived ON derived.id = place.manifest_id AND derived.layer_count > base.layer_count
      WHERE ${isImage('base')} AND moved.builds >= ${atLeast}::bigint`;
  };
  return {
    repository: 'other',
    pairs: sql`(WITH moved AS MATERIALIZED (${movesSince(imagesOfTagsThatMoved(atLeast, at), at)})
      ${derived('chain_id')} UNION ${derived('diff_chain_id')})`,
    holds: (id, repositoryId) => sql`EXISTS (SELECT FROM behind
      WHERE behind.id = ${id} AND behind.repository_id <> ${repositoryId} AND behind.builds >= ${atLeast}::bigint)`,
  };
}

const stacked = (column: 'chain_id' | 'diff_chain_id'): SqlPart => {
  const chain = rawSql(column);
  return sql`SELECT derived.id, base.id FROM (SELECT DISTINCT id FROM reached) AS below
    JOIN manifest AS derived ON derived.id = below.id AND derived.kind = 'image'
    JOIN image_layer AS place ON place.manifest_id = derived.id AND place.position < derived.layer_count - 1
    JOIN manifest AS base ON base.${chain} = place.${chain} AND base.layer_count = place.position + 1
    WHERE ${isImage('base')}`;
};

/**
 * The common table `behind`, which `isBehind` reads on the way down: of each image that was reached, the repositories of
 * its bases' tags, and how many builds those have gone on. Found once for all tags of a statement; needs `reached` before it.
 */
export const BEHIND_REACHED = sql`stacked (id, base_id) AS MATERIALIZED (${stacked('chain_id')} UNION ${stacked('diff_chain_id')}),
  behind (id, repository_id, builds) AS MATERIALIZED (
    SELECT stacked.id, moved.repository_id, max(moved.builds)
    FROM stacked JOIN (${movesSince(
      sql`SELECT DISTINCT base_id, base_id FROM stacked
      UNION SELECT above.base_id, entry.manifest_id FROM above JOIN manifest AS child ON child.id = above.id
      JOIN index_entry AS entry ON entry.child_digest = child.digest`,
      null,
    )}) AS moved USING (base_id)
    GROUP BY stacked.id, moved.repository_id
  )`;

/**
 * Selects `base_id`, `repository_id` and `builds` for each tag that has ever pointed at one of the bases. `above` selects
 * pairs of a base and a manifest that leads to it, for all manifests that do; it may refer to itself.
 */
function movesSince(above: SqlPart, at: Date | null): SqlPart {
  const begun = at === null ? rawSql('TRUE') : sql`stretch.from_at <= ${at}::timestamptz`;
  return sql`WITH RECURSIVE above (base_id, id) AS (${above}), at_last AS (
      SELECT DISTINCT ON (above.base_id, stretch.tag_id) above.base_id, stretch.tag_id, stretch.from_at, stretch.id
      FROM above JOIN tag_interval AS stretch ON stretch.manifest_id = above.id AND ${begun}
      ORDER BY above.base_id, stretch.tag_id, stretch.from_at DESC, stretch.id DESC
    )
    SELECT at_last.base_id, tag.repository_id, count(DISTINCT stretch.manifest_id) AS builds
    FROM at_last JOIN tag ON tag.id = at_last.tag_id
    JOIN tag_interval AS stretch ON stretch.tag_id = at_last.tag_id AND ${begun}
      AND (stretch.from_at, stretch.id) > (at_last.from_at, at_last.id)
    GROUP BY at_last.base_id, at_last.tag_id, tag.repository_id`;
}

/** Pairs for `movesSince`: each image that tags with so many moves have led to, and what they pointed at. */
function imagesOfTagsThatMoved(moves: number, at: Date | null): SqlPart {
  const begun = at === null ? rawSql('TRUE') : sql`from_at <= ${at}::timestamptz`;
  return sql`SELECT down.id, down.root FROM (
      WITH RECURSIVE down (root, id) AS (
        SELECT manifest_id, manifest_id FROM tag_interval WHERE ${begun} AND tag_id IN (
          SELECT tag_id FROM tag_interval WHERE ${begun} GROUP BY tag_id HAVING count(*) > ${moves}::bigint)
        UNION
        SELECT down.root, child.id FROM down JOIN index_entry AS entry ON entry.manifest_id = down.id
        JOIN manifest AS child ON child.digest = entry.child_digest
      ) SELECT id, root FROM down
    ) AS down`;
}

function isImage(name: 'base'): SqlPart {
  return rawSql(`${name}.kind = 'image' AND ${name}.status = 'valid'`);
}
