import { digestToBytes } from '../digest-bytes.js';
import { attestedManifests, manifestsWithCompanion } from './attestation.js';
import { imagesBehind } from './bases-behind.js';
import { imagesLabelled, imagesRunningAs } from './config-question.js';
import { imagesDerivedFrom } from './derived-from.js';
import { hasFinding } from './finding-question.js';
import { anyGiven, compileKeyValues } from './key-value-filter.js';
import { imagesWith, imagesWithLayerType } from './layer-question.js';
import { reaching, reachingPlaced } from './reach.js';
import { subjectsWith } from './referrer.js';
import { anyOf, rawSql, sql, whenGiven, type SqlPart } from './sql.js';
import type { TagColumns } from './tag-columns.js';
import type { TagFilter } from './tag-filter.js';
import { storable } from './text-filter.js';

/**
 * What a filter asks about the things that a tag points at and leads to: each is a set of manifests, found from its rare
 * end upwards, that the tag's own must be in. Throws `InvalidReferenceError`.
 */
export function contentConditions(filter: TagFilter, { manifestId, at }: TagColumns): readonly SqlPart[] {
  const pointsAt = (condition: SqlPart): SqlPart =>
    sql`${manifestId} IN (SELECT manifest.id FROM manifest WHERE ${condition})`;
  const reaches = (seed: SqlPart): SqlPart => sql`${manifestId} IN (${reaching(seed)})`;
  return [
    ...whenGiven(filter.mediaType, (names) =>
      pointsAt(
        sql`manifest.media_type_id IN (SELECT id FROM media_type WHERE name = ANY (${names.filter(storable)}::text[]))`,
      ),
    ),
    ...whenGiven(filter.digest, (one) => pointsAt(sql`manifest.digest = ${digestToBytes(one)}`)),
    ...whenGiven(anyGiven(filter.annotations), (all) =>
      pointsAt(compileKeyValues(rawSql('manifest.annotations'), all)),
    ),
    ...whenGiven(filter.layer, (one) => reaches(imagesWith(one))),
    ...whenGiven(filter.layerMediaType, (type) => reaches(imagesWithLayerType(type))),
    ...whenGiven(filter.derivedFrom, (base) => reaches(imagesDerivedFrom(base, filter.derivedAsOf ?? at))),
    ...whenGiven(
      filter.basesBehind,
      (builds) => sql`EXISTS (SELECT FROM (${reachingPlaced(imagesBehind(builds, at))}) AS placed
        WHERE placed.id = ${manifestId} AND placed.repository_id <> tag.repository_id)`,
    ),
    ...whenGiven(anyGiven(filter.labels), (all) => reaches(imagesLabelled(all))),
    ...whenGiven(filter.user, (user) => reaches(imagesRunningAs(user))),
    ...whenGiven(filter.referrer, (type) => reaches(subjectsWith(type, at))),
    ...whenGiven(filter.attestation, (kinds) =>
      anyOf([
        reaches(attestedManifests(kinds, at)),
        sql`(${manifestId}, tag.repository_id) IN (${reachingPlaced(manifestsWithCompanion(kinds, at))})`,
      ]),
    ),
    ...whenGiven(filter.finding, (kinds) => hasFinding(kinds, manifestId, at)),
  ];
}
