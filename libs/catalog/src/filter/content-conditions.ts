import { digestToBytes } from '../digest-bytes.js';
import { hasCompanion, isAttested } from './attestation.js';
import { isBehind } from './bases-behind.js';
import { isLabelled, runsAs } from './config-question.js';
import { isDerivedFrom } from './derived-from.js';
import { hasFinding } from './finding-question.js';
import { anyGiven, compileKeyValues } from './key-value-filter.js';
import { contains, hasLayerOfType } from './layer-question.js';
import { isReferredTo } from './referrer.js';
import { anyOf, rawSql, sql, whenGiven, type SqlPart } from './sql.js';
import type { TagColumns } from './tag-columns.js';
import type { TagFilter } from './tag-filter.js';
import { storable } from './text-filter.js';

/** What a filter asks about the things that a tag points at and leads to. Throws `InvalidReferenceError`. */
export function contentConditions(filter: TagFilter, { manifestId, at, content }: TagColumns): readonly SqlPart[] {
  const { pointsAt, reaches, reachesPlaced } = content;
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
    ...whenGiven(filter.layer, (one) => reaches(contains(one))),
    ...whenGiven(filter.layerMediaType, (type) => reaches(hasLayerOfType(type))),
    ...whenGiven(filter.derivedFrom, (base) => reaches(isDerivedFrom(base, filter.derivedAsOf ?? at))),
    ...whenGiven(filter.basesBehind, (builds) => reachesPlaced(isBehind(builds, at))),
    ...whenGiven(anyGiven(filter.labels), (all) => reaches(isLabelled(all))),
    ...whenGiven(filter.user, (user) => reaches(runsAs(user))),
    ...whenGiven(filter.referrer, (type) => reaches(isReferredTo(type, at))),
    ...whenGiven(filter.attestation, (kinds) =>
      anyOf([reaches(isAttested(kinds, at)), reachesPlaced(hasCompanion(kinds, at))]),
    ),
    ...whenGiven(filter.finding, (kinds) => hasFinding(kinds, manifestId, at)),
  ];
}
