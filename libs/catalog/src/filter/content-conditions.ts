import { attestedManifests } from './attestation.js';
import { imagesConfigured } from './config-question.js';
import { contentQuestions, type ContentQuestion } from './content-questions.js';
import { reaching, reachingPlaced } from './reach.js';
import { anyOf, sql, type SqlPart } from './sql.js';
import type { TagColumns } from './tag-columns.js';
import type { TagFilter } from './tag-filter.js';

/** What a filter asks about content, as conditions on tags. Throws `InvalidReferenceError`. */
export function contentConditions(filter: TagFilter, columns: TagColumns): readonly SqlPart[] {
  return contentQuestions(filter, columns.at).map((ways) => anyOf(ways.map((way) => conditionOf(way, columns))));
}

function conditionOf(asked: ContentQuestion, { manifestId, at }: TagColumns): SqlPart {
  switch (asked.about) {
    case 'target':
      return sql`${manifestId} IN (SELECT manifest.id FROM manifest WHERE ${asked.condition})`;
    case 'config':
      return sql`${manifestId} IN (${reaching(imagesConfigured(asked.condition))})`;
    case 'attestation':
      return sql`${manifestId} IN (${reaching(attestedManifests(asked.condition, at))})`;
    case 'content':
      return sql`${manifestId} IN (${reaching(asked.ids)})`;
    case 'placed content':
      if (asked.repository === 'own')
        return sql`(${manifestId}, tag.repository_id) IN (${reachingPlaced(asked.pairs)})`;
      return sql`EXISTS (SELECT FROM (${reachingPlaced(asked.pairs)}) AS placed
        WHERE placed.id = ${manifestId} AND placed.repository_id <> tag.repository_id)`;
    case 'tag':
      return sql`tag.id IN (${asked.ids})`;
    case 'placement':
      return sql`(${manifestId}, tag.repository_id) IN (${asked.pairs})`;
  }
}
