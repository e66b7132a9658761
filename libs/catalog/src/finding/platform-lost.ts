import { TAG_COLUMNS, detailOfMove, type MoveOf, type TagExamination } from './examined.js';
import { SEVERITY_OF } from './severity-of.js';

// Of the stretches that had a platform the last one counts: the move that ended it lost the platform. Millions of
// stretches share a few sets, so that platforms are told apart only for the last stretch of each set.
const FIND = `
  WITH stretch AS (
    SELECT stretch.tag_id, stretch.id, stretch.from_at, pointed.platform_set_id, pointed.digest,
           lead(stretch.from_at) OVER later AS lost_at, lead(stretch.actor) OVER later AS actor,
           lead(pointed.digest) OVER later AS next_digest
      FROM tag_interval AS stretch JOIN manifest AS pointed ON pointed.id = stretch.manifest_id
     WHERE stretch.tag_id = ANY($1::bigint[])
    WINDOW later AS (PARTITION BY stretch.tag_id ORDER BY stretch.from_at, stretch.id)
  ), last_of_set AS (
    SELECT DISTINCT ON (tag_id, platform_set_id) * FROM stretch ORDER BY tag_id, platform_set_id, from_at DESC, id DESC
  ), last_of_platform AS (
    SELECT DISTINCT ON (tag_id, had.platform_id) last_of_set.*, had.platform_id
      FROM last_of_set
      JOIN platform_set ON platform_set.id = platform_set_id
     CROSS JOIN unnest(platform_set.members) AS had (platform_id)
     ORDER BY tag_id, had.platform_id, from_at DESC, last_of_set.id DESC
  )
  SELECT ${TAG_COLUMNS}, platform.name AS subject, had.digest AS "from", had.next_digest AS "to", had.actor,
         had.lost_at AS at
    FROM last_of_platform AS had
    JOIN tag ON tag.id = had.tag_id AND tag.manifest_id IS NOT NULL
    JOIN platform_set AS has ON has.id = tag.platform_set_id
    JOIN platform ON platform.id = had.platform_id
   WHERE NOT had.platform_id = ANY(has.members) AND had.lost_at IS NOT NULL`;

/** Platforms that an earlier stretch of a tag had and the present one has not; each since the move that lost it. */
export const platformLost: TagExamination = async (sql, tagIds) => {
  type Row = MoveOf & { readonly subject: string };
  const { rows } = await sql.query<Row>(FIND, [tagIds]);
  return rows.map(({ from, to, actor, at, ...about }) => ({
    ...about,
    kind: 'platform_lost',
    severity: SEVERITY_OF.platform_lost,
    policyId: null,
    detail: detailOfMove({ from, to, actor, at }),
    since: at,
  }));
};
