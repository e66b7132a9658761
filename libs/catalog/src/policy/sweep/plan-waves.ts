import { askedFields, type TagFilter } from '../../filter/tag-filter.js';
import type { Policy } from '../policy.js';
import type { PolicyFilters } from '../read-policy-filters.js';

/** A policy with its filters read. */
export interface ReadPolicy extends PolicyFilters {
  readonly policy: Policy;
}

/** Content by how dearly it is answered for a whole catalog: the dearer, the more rows are looked at. */
const BY_COST: readonly (readonly (keyof TagFilter)[])[] = [
  ['finding', 'referrer', 'attestation'],
  ['mediaType', 'digest', 'annotations', 'labels', 'user'],
  ['layer', 'layerMediaType', 'derivedFrom', 'derivedAsOf'],
  ['basesBehind'],
];

/**
 * Groups policies by the dearest thing that they ask, the cheapest group first: each is one look at all tags, and while its
 * findings are written the answers for the next are read.
 */
export function planWaves(policies: readonly ReadPolicy[]): readonly (readonly ReadPolicy[])[] {
  const byCost = Map.groupBy(policies, costOf);
  return [...byCost].sort(([a], [b]) => a - b).map(([, wave]) => wave);
}

function costOf({ where, require }: ReadPolicy): number {
  const asked = new Set([...askedFields(where), ...askedFields(require)]);
  return 1 + BY_COST.findLastIndex((fields) => fields.some((field) => asked.has(field)));
}
