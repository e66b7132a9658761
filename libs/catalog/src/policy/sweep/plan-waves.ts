import type { Policy } from '../policy.js';
import type { PolicyFilters } from '../read-policy-filters.js';
import { contentCost } from './content-cost.js';

/** A policy with its filters read. */
export interface ReadPolicy extends PolicyFilters {
  readonly policy: Policy;
}

/**
 * Groups policies by the dearest thing that they ask, the cheapest group first: each is one look at all tags, and while its
 * findings are written the answers for the next are read.
 */
export function planWaves(policies: readonly ReadPolicy[]): readonly (readonly ReadPolicy[])[] {
  const byCost = Map.groupBy(policies, costOf);
  return [...byCost].sort(([a], [b]) => a - b).map(([, wave]) => wave);
}

function costOf({ where, require }: ReadPolicy): number {
  return Math.max(contentCost(where), contentCost(require));
}
