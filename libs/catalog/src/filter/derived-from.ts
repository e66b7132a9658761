import { digestToBytes } from '../digest-bytes.js';
import { readNamedThing, type NamedThing } from './read-named-thing.js';
import { leadingTo } from './reach.js';
import { joinSql, rawSql, sql, type SqlPart } from './sql.js';
import { tagColumns } from './tag-columns.js';

/**
 * Selects the ids of the images (of these, where some are given) whose layers begin with all those of a base: of the image
 * that `reference` names, or of any image of the index that it names. The base itself is one of them. Layers are the same
 * when their compressed digests are, or the files in them (diff_ids). A name that several registries have means all of
 * them, a name that nobody has means none. With `at`, what the tag pointed at then. Throws `InvalidReferenceError`.
 */
export function imagesDerivedFrom(reference: string, at: Date | null, among: readonly bigint[] | null = null): SqlPart {
  const base = sql`SELECT base.id FROM manifest AS base
    WHERE base.kind = 'image' AND base.status = 'valid' AND base.id IN (${leadingTo(named(readNamedThing(reference), at))})`;
  const isOne = among === null ? sql`TRUE` : sql`place.manifest_id = ANY (${among}::bigint[])`;
  return sql`SELECT place.manifest_id AS id FROM image_layer AS place WHERE ${isOne} AND (
    place.chain_id = ANY (${chainsOf(base, 'chain_id')}) OR place.diff_chain_id = ANY (${chainsOf(base, 'diff_chain_id')}))`;
}

/** An array, so that it is made once and then sought in the index. */
function chainsOf(images: SqlPart, column: 'chain_id' | 'diff_chain_id'): SqlPart {
  const chain = rawSql(`stack.${column}`);
  return sql`ARRAY(SELECT ${chain} FROM manifest AS stack WHERE stack.id IN (${images}) AND ${chain} IS NOT NULL)`;
}

function named(thing: NamedThing, at: Date | null): SqlPart {
  if (thing.kind === 'digest') return sql`SELECT id FROM manifest WHERE digest = ${digestToBytes(thing.digest)}`;
  const { from, isThere, manifestId } = tagColumns(at);
  const ways = [
    sql`SELECT ${manifestId} AS id FROM ${from} WHERE tag.reference = ANY (${thing.references}::text[]) AND ${isThere}`,
  ];
  if (thing.repositories.length > 0) {
    ways.push(sql`SELECT ${manifestId} FROM ${from}
      WHERE tag.repository_id IN (SELECT id FROM repository WHERE name = ANY (${thing.repositories}::text[]))
        AND tag.name = ${thing.tag} AND ${isThere}`);
  }
  return sql`SELECT id FROM (${joinSql(ways, ' UNION ')}) AS meant`;
}
