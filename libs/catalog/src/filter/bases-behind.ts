import { givenIds } from './given-ids.js';
import { rawSql, sql, type SqlPart } from './sql.js';

/** Of the compressed digests of layers, or of the files in them: each names all layers up to one. */
type Chain = 'chain_id' | 'diff_chain_id';

/**
 * Selects `id` and `repository_id` of the images that are built on a base of which a tag in that repository has at least
 * `builds` newer ones: distinct manifests to which that tag has moved since it last pointed at the base, or at an index of
 * it; as `staleBase` has it. Whoever has the base themselves is not behind it. With `at`, as it was then.
 *
 * Found from the images on which others are built: they are few, while most images belong to tags that have moved often.
 */
export function imagesBehind(builds: number, at: Date | null): SqlPart {
  return sql`(WITH used (id) AS MATERIALIZED (${basesByChain('chain_id')} UNION ${basesByChain('diff_chain_id')}),
    moved AS MATERIALIZED (${buildsOf(rawSql('SELECT id FROM used'), at)}),
    stack AS MATERIALIZED (
      SELECT DISTINCT base.chain_id, base.diff_chain_id, moved.repository_id
      FROM moved CROSS JOIN LATERAL (SELECT chain_id, diff_chain_id FROM manifest WHERE id = moved.base_id OFFSET 0) AS base
      WHERE moved.builds >= ${Math.max(builds, 1)}::bigint
    )
    SELECT derived.id, stack.repository_id
    FROM stack CROSS JOIN LATERAL (${builtOn('chain_id')} UNION ${builtOn('diff_chain_id')}) AS derived)`;
}

/**
 * Selects the ids of all images on which another is built: more places have their chain than images end with it. Chains are
 * sought in their order, which is that of the index, so that it is walked through once; no join of all layers is cheaper.
 */
function basesByChain(column: Chain): SqlPart {
  const chain = rawSql(column);
  return sql`SELECT base.id
    FROM (
      SELECT ${chain} FROM (
        SELECT ${chain}, count(*) AS ends FROM manifest WHERE ${chain} IS NOT NULL GROUP BY ${chain} ORDER BY ${chain} OFFSET 0
      ) AS stack
      WHERE EXISTS (SELECT FROM image_layer AS place WHERE place.${chain} = stack.${chain} OFFSET stack.ends) OFFSET 0
    ) AS stack
    CROSS JOIN LATERAL (SELECT id FROM manifest AS base WHERE base.${chain} = stack.${chain} AND ${isImage('base')} OFFSET 0) AS base`;
}

/** Selects the ids of the images that go on where a `stack` ends, from the indexes alone. */
function builtOn(column: Chain): SqlPart {
  const chain = rawSql(column);
  return sql`(SELECT manifest_id AS id FROM image_layer WHERE ${chain} = stack.${chain}
    EXCEPT SELECT id FROM manifest WHERE ${chain} = stack.${chain})`;
}

/** Pairs of `places` (a query's, with both chains) and the images that end there, as `bases`, by one kind of chain. */
export const PLACES_AND_BASES = { chain: onBases('chain_id'), diffChain: onBases('diff_chain_id') };

/** Each chain is sought once, in its index: the planner thinks that places are many, and would look at every image. */
function onBases(column: Chain): SqlPart {
  const chain = rawSql(column);
  return sql`(
      SELECT base.id, base.${chain} FROM manifest AS base
      WHERE base.${chain} = ANY (ARRAY(SELECT ${chain} FROM places)) AND ${isImage('base')} OFFSET 0
    ) AS bases JOIN places ON places.${chain} = bases.${chain}`;
}

/** Selects `id` and `base_id`: the bases of the images of `$1`. */
export const BASES_OF = sql`WITH places AS MATERIALIZED (
    SELECT derived.id, place.chain_id, place.diff_chain_id
    FROM manifest AS derived
    JOIN image_layer AS place ON place.manifest_id = derived.id AND place.position < derived.layer_count - 1
    WHERE derived.id = ANY (${rawSql(givenIds(1))}) AND derived.kind = 'image'
  )
  SELECT places.id, bases.id AS base_id FROM ${PLACES_AND_BASES.chain}
  UNION SELECT places.id, bases.id FROM ${PLACES_AND_BASES.diffChain}`;

/** Selects `base_id`, `repository_id` and `builds` of the bases of `$1`: how many builds the tags of each repository have gone on. */
export const BUILDS_SINCE = buildsOf(rawSql(`SELECT unnest(${givenIds(1)}) AS id`), null);

/**
 * The same for bases that a query selects, at a moment: for each of them, with every index that leads to it, and each tag
 * that has ever pointed there, when that last began. All is sought by ids: the planner thinks that they are many.
 */
function buildsOf(bases: SqlPart, at: Date | null): SqlPart {
  const begun = at === null ? rawSql('TRUE') : sql`stretch.from_at <= ${at}::timestamptz`;
  return sql`WITH RECURSIVE above (base_id, id) AS (
      SELECT id, id FROM (${bases}) AS base
      UNION SELECT above.base_id, parent.id FROM above CROSS JOIN LATERAL (
        SELECT entry.manifest_id AS id FROM manifest AS child JOIN index_entry AS entry ON entry.child_digest = child.digest
        WHERE child.id = above.id OFFSET 0
      ) AS parent
    ), at_last AS (
      SELECT DISTINCT ON (above.base_id, stretch.tag_id) above.base_id, stretch.*
      FROM above CROSS JOIN LATERAL (
        SELECT tag_id, from_at, id FROM tag_interval AS stretch WHERE stretch.manifest_id = above.id AND ${begun} OFFSET 0
      ) AS stretch
      ORDER BY above.base_id, stretch.tag_id, stretch.from_at DESC, stretch.id DESC
    )
  SELECT at_last.base_id, (SELECT tag.repository_id FROM tag WHERE tag.id = at_last.tag_id) AS repository_id,
    (SELECT count(DISTINCT stretch.manifest_id) FROM tag_interval AS stretch WHERE stretch.tag_id = at_last.tag_id AND ${begun}
      AND (stretch.from_at, stretch.id) > (at_last.from_at, at_last.id)) AS builds
  FROM at_last`;
}

function isImage(name: 'base'): SqlPart {
  return rawSql(`${name}.kind = 'image' AND ${name}.status = 'valid'`);
}
