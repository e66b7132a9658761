import { TAG_COLUMNS, detailOfMove, type MoveOf, type TagExamination } from './examined.js';
import { SEVERITY_OF } from './severity-of.js';

const FIND = `
  SELECT ${TAG_COLUMNS}, former.digest AS "from", pointed.digest AS "to", present.actor, present.from_at AS at
    FROM tag
    JOIN tag_interval AS present ON present.tag_id = tag.id AND present.to_at IS NULL
   CROSS JOIN LATERAL (
     SELECT * FROM tag_interval AS stretch
      WHERE stretch.tag_id = tag.id AND (stretch.from_at, stretch.id) < (present.from_at, present.id)
      ORDER BY stretch.from_at DESC, stretch.id DESC LIMIT 1
   ) AS preceding
    JOIN manifest AS pointed ON pointed.id = present.manifest_id
    JOIN manifest AS former ON former.id = preceding.manifest_id
   WHERE tag.id = ANY($1::bigint[]) AND tag.manifest_id IS NOT NULL AND preceding.manifest_id <> present.manifest_id
     AND EXISTS (
       SELECT FROM tag_interval AS earlier
        WHERE earlier.tag_id = tag.id AND earlier.manifest_id = present.manifest_id
          AND (earlier.from_at, earlier.id) < (preceding.from_at, preceding.id))`;

/**
 * Tags whose last move was back to something that they had pointed at before. A tag that was deleted and comes again
 * as it was has not moved. Each rollback is a finding of its own.
 */
export const tagRolledBack: TagExamination = async (sql, tagIds) => {
  type Row = Pick<MoveOf, keyof MoveOf>;
  const { rows } = await sql.query<Row>(FIND, [tagIds]);
  return rows.map(({ from, to, actor, at, ...about }) => ({
    ...about,
    kind: 'tag_rolled_back',
    severity: SEVERITY_OF.tag_rolled_back,
    policyId: null,
    subject: '',
    detail: detailOfMove({ from, to, actor, at }),
    since: at,
  }));
};
