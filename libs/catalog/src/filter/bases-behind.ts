import { givenIds } from './given-ids.js';
import { rawSql, sql, type SqlPart } from './sql.js';

/**
 * Selects `id` and `repository_id` of the images that are built on a base of which a tag in that repository has at least
 * `builds` newer ones: distinct manifests to which that tag has moved since it last pointed at the base, or at an index of
 * it; as `staleBase` has it. Whoever has the base themselves is not behind it. With `at`, as it was then.
 */
export function imagesBehind(builds: number, at: Date | null): SqlPart {
  const atLeast = Math.max(builds, 1);
  const derived = (column: 'chain_id' | 'diff_chain_id'): SqlPart => {
    const chain = rawSql(column);
    return sql`SELECT derived.id, moved.repository_id FROM moved JOIN manifest AS base ON base.id = moved.base_id
      JOIN image_layer AS place ON place.${chain} = base.${chain} AND place.position = base.layer_count - 1
      JOIN manifest AS derived ON derived.id = place.manifest_id AND derived.layer_count > base.layer_count
      WHERE ${isImage('base')} AND moved.builds >= ${atLeast}::bigint`;
  };
  return sql`(WITH moved AS MATERIALIZED (${movesSince(imagesOfTagsThatMoved(atLeast, at), at)})
    ${derived('chain_id')} UNION ${derived('diff_chain_id')})`;
}

/**
 * The same as they are now, asked so that all images are answered: from the images on which others are built, which are few,
 * instead of from the tags that have moved, which are most of them.
 */
export function allImagesBehind(builds: number): SqlPart {
  const used = (column: 'chain_id' | 'diff_chain_id'): SqlPart => {
    const chain = rawSql(column);
    return sql`SELECT base.id FROM manifest AS base WHERE ${isImage('base')} AND EXISTS (
      SELECT FROM image_layer AS place
      WHERE place.${chain} = base.${chain} AND place.position = base.layer_count - 1 AND place.manifest_id <> base.id
        AND EXISTS (SELECT FROM manifest AS derived WHERE derived.id = place.manifest_id AND derived.layer_count > base.layer_count))`;
  };
  const derived = (isSame: SqlPart): SqlPart => sql`SELECT derived.id, stack.repository_id
    FROM stack JOIN image_layer AS place ON ${isSame} AND place.position = stack.layer_count - 1
    JOIN manifest AS derived ON derived.id = place.manifest_id AND derived.layer_count > stack.layer_count`;
  return sql`WITH used (id) AS MATERIALIZED (${used('chain_id')} UNION ${used('diff_chain_id')}),
    moved AS MATERIALIZED (${buildsOf(rawSql('SELECT id FROM used'))}),
    stack AS MATERIALIZED (
      SELECT DISTINCT base.chain_id, base.diff_chain_id, base.layer_count, moved.repository_id
      FROM moved JOIN manifest AS base ON base.id = moved.base_id WHERE moved.builds >= ${Math.max(builds, 1)}::bigint
    )
    ${derived(rawSql('place.chain_id = stack.chain_id'))}
    UNION ALL ${derived(rawSql('place.diff_chain_id = stack.diff_chain_id AND place.chain_id <> stack.chain_id'))}`;
}

/** Pairs of `places` (a query's, with `layers` and both chains) and the images that end there, as `bases`, by one kind of chain. */
export const PLACES_AND_BASES = { chain: onBases('chain_id'), diffChain: onBases('diff_chain_id') };

/** Each chain is sought once, in its index: the planner thinks that places are many, and would look at every image. */
function onBases(column: 'chain_id' | 'diff_chain_id'): SqlPart {
  const chain = rawSql(column);
  return sql`(
      SELECT base.id, base.layer_count, base.${chain} FROM manifest AS base
      WHERE base.${chain} = ANY (ARRAY(SELECT ${chain} FROM places)) AND ${isImage('base')} OFFSET 0
    ) AS bases JOIN places ON places.${chain} = bases.${chain} AND places.layers = bases.layer_count`;
}

/** Selects `id` and `base_id`: the bases of the images of `$1`. */
export const BASES_OF = sql`WITH places AS MATERIALIZED (
    SELECT derived.id, place.position + 1 AS layers, place.chain_id, place.diff_chain_id
    FROM manifest AS derived
    JOIN image_layer AS place ON place.manifest_id = derived.id AND place.position < derived.layer_count - 1
    WHERE derived.id = ANY (${rawSql(givenIds(1))}) AND derived.kind = 'image'
  )
  SELECT places.id, bases.id AS base_id FROM ${PLACES_AND_BASES.chain}
  UNION SELECT places.id, bases.id FROM ${PLACES_AND_BASES.diffChain}`;

/** Selects `base_id`, `repository_id` and `builds` of the bases of `$1`: how many builds the tags of each repository have gone on. */
export const BUILDS_SINCE = buildsOf(rawSql(`SELECT unnest(${givenIds(1)}) AS id`));

/** The same for bases that a query selects. Each tag is looked at alone: there are few, and many stretches. */
function buildsOf(bases: SqlPart): SqlPart {
  return sql`${lastStretches(aboveAll(bases), null)}
  SELECT at_last.base_id, (SELECT tag.repository_id FROM tag WHERE tag.id = at_last.tag_id) AS repository_id,
    (SELECT count(DISTINCT stretch.manifest_id) FROM tag_interval AS stretch WHERE stretch.tag_id = at_last.tag_id
      AND (stretch.from_at, stretch.id) > (at_last.from_at, at_last.id)) AS builds
  FROM at_last`;
}

/**
 * Selects `base_id`, `repository_id` and `builds` for each tag that has ever pointed at one of the bases and has gone on.
 * `above` as in `lastStretches`.
 */
function movesSince(above: SqlPart, at: Date | null): SqlPart {
  return sql`${lastStretches(above, at)}
    SELECT at_last.base_id, tag.repository_id, count(DISTINCT stretch.manifest_id) AS builds
    FROM at_last JOIN tag ON tag.id = at_last.tag_id
    JOIN tag_interval AS stretch ON stretch.tag_id = at_last.tag_id AND ${hasBegun(at)}
      AND (stretch.from_at, stretch.id) > (at_last.from_at, at_last.id)
    GROUP BY at_last.base_id, at_last.tag_id, tag.repository_id`;
}

/**
 * `at_last`: for each base and each tag that has ever pointed at it, when that last began. `above` selects pairs of a base
 * and a manifest that leads to it, for all manifests that do; it may refer to itself.
 */
function lastStretches(above: SqlPart, at: Date | null): SqlPart {
  return sql`WITH RECURSIVE above (base_id, id) AS (${above}), at_last AS (
      SELECT DISTINCT ON (above.base_id, stretch.tag_id) above.base_id, stretch.tag_id, stretch.from_at, stretch.id
      FROM above JOIN tag_interval AS stretch ON stretch.manifest_id = above.id AND ${hasBegun(at)}
      ORDER BY above.base_id, stretch.tag_id, stretch.from_at DESC, stretch.id DESC
    )`;
}

function hasBegun(at: Date | null): SqlPart {
  return at === null ? rawSql('TRUE') : sql`stretch.from_at <= ${at}::timestamptz`;
}

/** Pairs for `lastStretches`: each of these bases with itself and every index that leads to it. */
function aboveAll(bases: SqlPart): SqlPart {
  return sql`SELECT id, id FROM (${bases}) AS base
    UNION SELECT above.base_id, entry.manifest_id FROM above JOIN manifest AS child ON child.id = above.id
    JOIN index_entry AS entry ON entry.child_digest = child.digest`;
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
