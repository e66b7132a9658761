import type { Digest } from '@strata/oci';
import type { KeyValueFilter } from './key-value-filter.js';
import { askedFields, type TagFilter } from './tag-filter.js';
import { storable, type TextFilter } from './text-filter.js';

/** What some filters ask: every field of theirs, and what they ask for by name. */
export interface AskedFacts {
  readonly fields: ReadonlySet<string>;
  readonly layers: readonly Digest[];
  readonly layerTypes: readonly TextFilter[];
  readonly bases: readonly TagFilter[];
  readonly labelKeys: readonly string[];
  readonly annotationKeys: readonly string[];
}

/** What must be known of tags to decide all of these filters. */
export function factsAskedBy(filters: readonly TagFilter[]): AskedFacts {
  const parts = filters.flatMap(partsOf);
  return {
    fields: new Set(filters.flatMap((filter) => [...askedFields(filter)])),
    layers: [...new Set(parts.flatMap(({ layer }): readonly Digest[] => (layer ? [layer] : [])))],
    layerTypes: parts.flatMap(({ layerMediaType }) => (layerMediaType ? [layerMediaType] : [])),
    bases: parts.filter(({ derivedFrom }) => derivedFrom !== null && derivedFrom !== undefined),
    labelKeys: keysOf(parts.flatMap(({ labels }) => labels ?? [])),
    annotationKeys: keysOf(parts.flatMap(({ annotations }) => annotations ?? [])),
  };
}

/** Names what a filter asks to be derived from. */
export function derivationKey({ derivedFrom, derivedAsOf }: TagFilter): string {
  return `${derivedFrom ?? ''} ${derivedAsOf?.toISOString() ?? ''}`;
}

function partsOf(filter: TagFilter): readonly TagFilter[] {
  const { and, or, not } = filter;
  return [filter, ...[...(and ?? []), ...(or ?? []), ...(not ? [not] : [])].flatMap(partsOf)];
}

function keysOf(asked: readonly KeyValueFilter[]): readonly string[] {
  return [...new Set(asked.map(({ key }) => key).filter(storable))];
}
