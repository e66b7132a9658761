import { digestToBytes } from '../digest-bytes.js';
import { manifestsWithCompanion, speaksOf } from './attestation.js';
import { imagesBehind } from './bases-behind.js';
import { isLabelled, runsAs } from './config-question.js';
import { imagesDerivedFrom } from './derived-from.js';
import { placementsWithFinding, tagsWithFinding } from './finding-question.js';
import { anyGiven, compileKeyValues } from './key-value-filter.js';
import { imagesWith, imagesWithLayerType } from './layer-question.js';
import { subjectsWith } from './referrer.js';
import { rawSql, sql, whenGiven, type SqlPart } from './sql.js';
import type { TagFilter } from './tag-filter.js';
import { storable } from './text-filter.js';

/** A question about what a tag points at and leads to, found from its rare end upwards. */
export type ContentQuestion =
  /** The manifest that the tag points at meets this condition on `manifest`. */
  | { readonly about: 'target'; readonly condition: SqlPart }
  /** An image that it leads to has a `config` that meets this. */
  | { readonly about: 'config'; readonly condition: SqlPart }
  /** Beside a manifest that it leads to stands a `speaker` that meets this. */
  | { readonly about: 'attestation'; readonly condition: SqlPart }
  /** It leads to one of the manifests that this selects. */
  | { readonly about: 'content'; readonly ids: SqlPart }
  /** It leads to the selected `id`, and the `repository_id` selected with it is the tag's own, or is another. */
  | { readonly about: 'placed content'; readonly repository: 'own' | 'other'; readonly pairs: SqlPart }
  /** It is itself one of the tags that this selects. */
  | { readonly about: 'tag'; readonly ids: SqlPart }
  /** What it points at, in its repository, is one of the pairs of manifest and repository that this selects. */
  | { readonly about: 'placement'; readonly pairs: SqlPart };

/**
 * What a filter asks about content (now, or at a moment), its `and`, `or` and `not` apart: of each list one question must
 * be answered with yes. Throws `InvalidReferenceError`.
 */
export function contentQuestions(filter: TagFilter, at: Date | null): readonly Ways[] {
  return [
    ...whenGiven(filter.mediaType, (names) => target(hasMediaType(names))),
    ...whenGiven(filter.digest, (one) => target(sql`manifest.digest = ${digestToBytes(one)}`)),
    ...whenGiven(anyGiven(filter.annotations), (all) => target(compileKeyValues(rawSql('manifest.annotations'), all))),
    ...whenGiven(anyGiven(filter.labels), (all) => config(isLabelled(all))),
    ...whenGiven(filter.user, (user) => config(runsAs(user))),
    ...whenGiven(filter.layer, (one) => content(imagesWith(one))),
    ...whenGiven(filter.layerMediaType, (type) => content(imagesWithLayerType(type))),
    ...whenGiven(filter.derivedFrom, (base) => content(imagesDerivedFrom(base, filter.derivedAsOf ?? at))),
    ...whenGiven(filter.basesBehind, (builds): Ways => [
      { about: 'placed content', repository: 'other', pairs: imagesBehind(builds, at) },
    ]),
    ...whenGiven(filter.referrer, (type) => content(subjectsWith(type, at))),
    ...whenGiven(filter.attestation, (kinds): Ways => [
      { about: 'attestation', condition: speaksOf(kinds) },
      { about: 'placed content', repository: 'own', pairs: manifestsWithCompanion(kinds, at) },
    ]),
    ...whenGiven(filter.finding, (kinds): Ways => [
      { about: 'tag', ids: tagsWithFinding(kinds, at) },
      { about: 'placement', pairs: placementsWithFinding(kinds, at) },
    ]),
  ];
}

type Ways = readonly ContentQuestion[];

const target = (condition: SqlPart): Ways => [{ about: 'target', condition }];
const config = (condition: SqlPart): Ways => [{ about: 'config', condition }];
const content = (ids: SqlPart): Ways => [{ about: 'content', ids }];

function hasMediaType(names: readonly string[]): SqlPart {
  return sql`manifest.media_type_id IN (SELECT id FROM media_type WHERE name = ANY (${names.filter(storable)}::text[]))`;
}
