import { askedFields, type TagFilter } from '../../filter/tag-filter.js';

/** What asks for content, by how dearly it is answered for a whole catalog: the dearer, the more rows are looked at. */
const BY_COST: readonly (readonly (keyof TagFilter)[])[] = [
  ['finding', 'referrer', 'attestation'],
  ['mediaType', 'digest', 'annotations', 'labels', 'user'],
  ['layer', 'layerMediaType', 'derivedFrom', 'derivedAsOf'],
  ['basesBehind'],
];

/** How dear the dearest is that any part of a filter asks; 0 for a filter that each tag's own row decides. */
export function contentCost(filter: TagFilter): number {
  const asked = askedFields(filter);
  return 1 + BY_COST.findLastIndex((fields) => fields.some((field) => asked.has(field)));
}
