import type { Digest, Platform } from '@strata/oci';
import type { ArtifactKind, FindingKind, ManifestFormat } from '../stored-words.js';
import { contentConditions } from './content-conditions.js';
import type { KeyValueFilter } from './key-value-filter.js';
import { decidePlatforms, type PlatformFilter } from './platform-filter.js';
import { compileSize, compileTime, type SizeRange, type TimeRange } from './ranges.js';
import { allOf, anyOf, rawSql, sql, whenGiven, type SqlPart } from './sql.js';
import { TAG_NOW, type CountedColumns, type TagColumns } from './tag-columns.js';
import { compileText, type TextFilter } from './text-filter.js';

/** Which tags are meant; fields are joined by AND. One filter serves every question about tags, now and at a moment. */
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
  /** The layers of an image that the tag reaches begin with those of what this reference or digest names. */
  readonly derivedFrom?: string | null | undefined;
  /** When `derivedFrom` named what is meant; absent for the moment of the tags. */
  readonly derivedAsOf?: Date | null | undefined;
  /** One image that the tag reaches has all of these in its config. */
  readonly labels?: readonly KeyValueFilter[] | null | undefined;
  /** What the tag points at has all of these. */
  readonly annotations?: readonly KeyValueFilter[] | null | undefined;
  /** What the tag points at, or something in it, has a referrer of such a type; `*` for any type. */
  readonly referrer?: TextFilter | null | undefined;
  /**
   * What the tag points at, or something in it, is accompanied by one of these: as a referrer, inside its index (as
   * BuildKit writes statements), or under a tag that cosign has named after its digest, in the same repository.
   */
  readonly attestation?: readonly ArtifactKind[] | null | undefined;
  /** One image that the tag reaches runs as such a user; the empty text where its config says none. */
  readonly user?: TextFilter | null | undefined;
  /** One image that the tag reaches has a layer of such a media type. */
  readonly layerMediaType?: TextFilter | null | undefined;
  /** One image that the tag reaches is built on a base, tagged in another repository, that has at least so many newer builds. */
  readonly basesBehind?: number | null | undefined;
  /** A finding of one of these kinds is open about the tag, or about what it points at in its repository. */
  readonly finding?: readonly FindingKind[] | null | undefined;
  readonly pushed?: TimeRange | null | undefined;
  readonly size?: SizeRange | null | undefined;
  readonly and?: readonly TagFilter[] | null | undefined;
  readonly or?: readonly TagFilter[] | null | undefined;
  readonly not?: TagFilter | null | undefined;
}

/**
 * The condition on tags. Platforms are decided here, on the few hundred sets, so that the statement only compares ids.
 * The caller has checked the filter's size. Throws `PlatformNameError` and `InvalidReferenceError`.
 */
export function compileTagFilter(filter: TagFilter, sets: PlatformMembers, columns: TagColumns = TAG_NOW): SqlPart {
  const inner = (next: TagFilter): SqlPart => compileTagFilter(next, sets, columns);
  return allOf([
    ...countedConditions(filter, sets, columns),
    ...whenGiven(filter.name, (text) => compileText(rawSql('tag.name'), text)),
    ...contentConditions(filter, columns),
    ...whenGiven(filter.pushed, (range) => compileTime(columns.pushedAt, range)),
    ...whenGiven(filter.size, (range) => compileSize(columns.totalBytes, range)),
    ...logicOf(filter, inner),
  ]);
}

/** The condition on counts of tags, for a filter that `askedFields` shows to ask nothing that is not counted. */
export function compileCountedFilter(filter: TagFilter, sets: PlatformMembers, columns: CountedColumns): SqlPart {
  return allOf([
    ...countedConditions(filter, sets, columns),
    ...logicOf(filter, (next) => compileCountedFilter(next, sets, columns)),
  ]);
}

/** The fields that any part of a filter asks about, `and`, `or` and `not` apart. */
export function askedFields(filter: TagFilter): ReadonlySet<string> {
  const { and, or, not, ...fields } = filter;
  const own = Object.entries(fields).flatMap(([name, asked]) => (asked === null || asked === undefined ? [] : [name]));
  const parts = [...(and ?? []), ...(or ?? []), ...(not ? [not] : [])];
  return new Set([...own, ...parts.flatMap((part) => [...askedFields(part)])]);
}

type PlatformMembers = ReadonlyMap<number, readonly Platform[]>;

function logicOf({ and, or, not }: TagFilter, inner: (next: TagFilter) => SqlPart): readonly SqlPart[] {
  return [
    ...whenGiven(and, (all) => allOf(all.map(inner))),
    ...whenGiven(or, (any) => anyOf(any.map(inner))),
    ...whenGiven(not, (next) => sql`NOT (${inner(next)})`),
  ];
}

/** What counts of tags know as well as tags do. */
function countedConditions(
  { registry, repository, platforms, format }: TagFilter,
  sets: PlatformMembers,
  columns: CountedColumns,
): readonly SqlPart[] {
  return [
    ...whenGiven(registry, (text) => columns.inRegistry(text)),
    ...whenGiven(repository, (text) => columns.inRepository(text)),
    ...whenGiven(platforms, (asked) => sql`${columns.platformSetId} = ANY (${decidePlatforms(asked, sets)}::int[])`),
    ...whenGiven(format, (formats) => sql`${columns.format} = ANY (${formats}::manifest_format[])`),
  ];
}
