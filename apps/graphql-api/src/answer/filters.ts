import type {
  FindingFilter as CatalogFindingFilter,
  ImageFilter as CatalogImageFilter,
  TagFilter as CatalogTagFilter,
} from '@strata/catalog';
import type { FindingFilter, ImageFilter, TagFilter } from '@strata/graphql';
import { parseDigest } from '@strata/oci';
import { artifactKinds, findingKinds, formats, severities } from './words.js';

/** The contract's filter in the catalog's words. The scalars have checked what is inside. */
export function toTagFilter(filter: TagFilter): CatalogTagFilter {
  const { format, digest, layer, attestation, finding, and, or, not, ...same } = filter;
  return {
    ...same,
    format: ifGiven(format, (words) => words.map((word) => formats[word])),
    attestation: ifGiven(attestation, (words) => words.map((word) => artifactKinds[word])),
    finding: ifGiven(finding, (words) => words.map((word) => findingKinds[word])),
    digest: ifGiven(digest, parseDigest),
    layer: ifGiven(layer, parseDigest),
    and: ifGiven(and, (all) => all.map(toTagFilter)),
    or: ifGiven(or, (any) => any.map(toTagFilter)),
    not: ifGiven(not, toTagFilter),
  };
}

/** As `toTagFilter`, for images. */
export function toImageFilter(filter: ImageFilter): CatalogImageFilter {
  const { format, layer, ...same } = filter;
  return {
    ...same,
    format: ifGiven(format, (words) => words.map((word) => formats[word])),
    layer: ifGiven(layer, parseDigest),
  };
}

/** As `toTagFilter`, for findings. */
export function toFindingFilter({ kind, severity, ...same }: FindingFilter): CatalogFindingFilter {
  return {
    ...same,
    kind: ifGiven(kind, (words) => words.map((word) => findingKinds[word])),
    severity: ifGiven(severity, (words) => words.map((word) => severities[word])),
  };
}

/** Null and absent ask the same: nothing. */
export function ifGiven<A, B>(value: A | null | undefined, change: (value: A) => B): B | undefined {
  return value === null || value === undefined ? undefined : change(value);
}
