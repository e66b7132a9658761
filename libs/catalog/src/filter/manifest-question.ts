import { reaching, reachingPlaced } from './reach.js';
import { rawSql, sql, type SqlPart } from './sql.js';

/** A question about one manifest that a tag may lead to, which can be asked in both directions. */
export interface ManifestQuestion {
  /** Selects the ids of all manifests of which it is true: for who asks about the whole catalog. */
  readonly ids: SqlPart;
  /** Whether it is true of the manifest of this id: for who has some tags and looks at what is below them. */
  readonly holds: (id: SqlPart) => SqlPart;
}

/** As `ManifestQuestion`, of a manifest and the repository that the tag is in. */
export interface PlacedQuestion {
  /** Selects `id` and `repository_id`. */
  readonly pairs: SqlPart;
  /** Whether the tag's repository is to be that of the pair, or is to be another. */
  readonly repository: 'same' | 'other';
  readonly holds: (id: SqlPart, repositoryId: SqlPart) => SqlPart;
}

/** How a statement gets from tags to what they lead to. */
export interface ContentWay {
  /** What the tag points at is one of these. */
  readonly pointsAt: (condition: SqlPart) => SqlPart;
  /** The tag leads to one of these: what it points at, or something in that, at any depth. */
  readonly reaches: (question: ManifestQuestion) => SqlPart;
  readonly reachesPlaced: (question: PlacedQuestion) => SqlPart;
}

/** From the rare end upwards: each question selects manifests, and the tag's own must be among what leads to them. */
export function upwards(manifestId: SqlPart): ContentWay {
  return {
    pointsAt: (condition) => sql`${manifestId} IN (SELECT manifest.id FROM manifest WHERE ${condition})`,
    reaches: ({ ids }) => sql`${manifestId} IN (${reaching(ids)})`,
    reachesPlaced: ({ pairs, repository }) =>
      repository === 'same'
        ? sql`(${manifestId}, tag.repository_id) IN (${reachingPlaced(pairs)})`
        : sql`EXISTS (SELECT FROM (${reachingPlaced(pairs)}) AS placed
            WHERE placed.id = ${manifestId} AND placed.repository_id <> tag.repository_id)`,
  };
}

/** The name of what `reachedFrom` selects, for statements that go downwards. */
const REACHED = rawSql('reached');

/**
 * For some tags, from them downwards: what they lead to is found once for all questions of the statement, which must
 * have `reachedFrom` before it under the name `reached`.
 */
export function downwards(manifestId: SqlPart): ContentWay {
  const below = (holds: SqlPart): SqlPart =>
    sql`EXISTS (SELECT FROM ${REACHED} WHERE reached.root = ${manifestId} AND ${holds})`;
  return {
    pointsAt: (condition) => sql`EXISTS (SELECT FROM manifest WHERE manifest.id = ${manifestId} AND ${condition})`,
    reaches: ({ holds }) => below(holds(rawSql('reached.id'))),
    reachesPlaced: ({ holds }) => below(holds(rawSql('reached.id'), rawSql('tag.repository_id'))),
  };
}

/** The common table that `downwards` reads: every manifest that each of these leads to, itself included. */
export function reachedFrom(manifestIds: SqlPart): SqlPart {
  return sql`reached (root, id) AS (
    SELECT asked.id, asked.id FROM (${manifestIds}) AS asked (id)
    UNION
    SELECT reached.root, child.id
    FROM reached
    JOIN index_entry AS entry ON entry.manifest_id = reached.id
    JOIN manifest AS child ON child.digest = entry.child_digest
  )`;
}
