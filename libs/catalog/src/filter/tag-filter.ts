import type { Digest, Platform } from '@strata/oci';
import { digestToBytes } from '../digest-bytes.js';
import type { ManifestFormat } from '../stored-words.js';
import { decidePlatforms, type PlatformFilter } from './platform-filter.js';
import { compileSize, compileTime, type SizeRange, type TimeRange } from './ranges.js';
import { reaching } from './reach.js';
import { allOf, anyOf, rawSql, sql, whenGiven, type SqlPart } from './sql.js';
import { compileText, idsWhere, type TextFilter } from './text-filter.js';

/** Which live tags are meant; fields are joined by AND. One filter serves every question about tags. */
export interface TagFilter {
  readonly registry?: TextFilter | null | undefined;
  readonly repository?: TextFilter | null | undefined;
  readonly name?: TextFilter | null | undefined;
  readonly platforms?: PlatformFilter | null | undefined;
  readonly format?: readonly ManifestFormat[] | null | undefined;
  readonly mediaType?: readonly string[] | null | undefined;
  /** What the tag points at. */
  readonly digest?: Digest | null | undefined;
  /** Contained in an image that the tag reaches. */
  readonly layer?: Digest | null | undefined;
  readonly pushed?: TimeRange | null | undefined;
  readonly size?: SizeRange | null | undefined;
  readonly and?: readonly TagFilter[] | null | undefined;
  readonly or?: readonly TagFilter[] | null | undefined;
  readonly not?: TagFilter | null | undefined;
}

/**
 * The condition on the table `tag`. Platforms are decided here, on the few hundred sets, so that the statement
 * only compares ids. Throws `PlatformNameError`.
 */
export function compileTagFilter(filter: TagFilter, sets: ReadonlyMap<number, readonly Platform[]>): SqlPart {
  const inner = (next: TagFilter): SqlPart => compileTagFilter(next, sets);
  return allOf([
    ...repositoryConditions(filter),
    ...whenGiven(filter.name, (text) => compileText(rawSql('tag.name'), text)),
    ...whenGiven(filter.platforms, (asked) => sql`tag.platform_set_id = ANY (${decidePlatforms(asked, sets)}::int[])`),
    ...whenGiven(filter.format, (formats) => sql`tag.format = ANY (${formats}::manifest_format[])`),
    ...contentConditions(filter),
    ...whenGiven(filter.pushed, (range) => compileTime(rawSql('tag.pushed_at'), range)),
    ...whenGiven(filter.size, (range) => compileSize(rawSql('tag.total_bytes'), range)),
    ...whenGiven(filter.and, (all) => allOf(all.map(inner))),
    ...whenGiven(filter.or, (any) => anyOf(any.map(inner))),
    ...whenGiven(filter.not, (next) => sql`NOT (${inner(next)})`),
  ]);
}

/** Whether any part of the filter asks about platforms, so that the sets are read only for those that do. */
export function asksPlatforms(filter: TagFilter): boolean {
  const parts = [...(filter.and ?? []), ...(filter.or ?? []), ...(filter.not ? [filter.not] : [])];
  return Boolean(filter.platforms) || parts.some(asksPlatforms);
}

function repositoryConditions({ registry, repository }: TagFilter): readonly SqlPart[] {
  return [
    ...whenGiven(
      registry,
      (text) =>
        sql`tag.repository_id IN (SELECT id FROM repository WHERE registry_id IN (${idsWhere('registry', 'host', text)}))`,
    ),
    ...whenGiven(repository, (text) => sql`tag.repository_id IN (${idsWhere('repository', 'name', text)})`),
  ];
}

function contentConditions({ mediaType, digest, layer }: TagFilter): readonly SqlPart[] {
  return [
    ...whenGiven(
      mediaType,
      (names) => sql`tag.manifest_id IN (
        SELECT manifest.id FROM manifest JOIN media_type ON media_type.id = manifest.media_type_id
        WHERE media_type.name = ANY (${names.filter((name) => !name.includes('\0'))}::text[]))`,
    ),
    ...whenGiven(
      digest,
      (one) => sql`tag.manifest_id = (SELECT id FROM manifest WHERE digest = ${digestToBytes(one)})`,
    ),
    ...whenGiven(layer, (one) => sql`tag.manifest_id IN (${reaching(imagesWith(one))})`),
  ];
}

function imagesWith(layer: Digest): SqlPart {
  return sql`SELECT image_layer.manifest_id FROM image_layer
    JOIN layer ON layer.id = image_layer.layer_id WHERE layer.digest = ${digestToBytes(layer)}`;
}
