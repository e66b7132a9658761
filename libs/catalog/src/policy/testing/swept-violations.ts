import type { Catalog } from '../../open-catalog.js';
import type { Policy } from '../policy.js';
import { readPolicyFilters } from '../read-policy-filters.js';
import { openSweep } from '../sweep/containment.js';
import { findLots, prepareWaves } from '../sweep/find-lots.js';
import { planWaves } from '../sweep/plan-waves.js';

/** The tags that each of these policies is violated by, by its id, as a look at everything finds them. */
export async function sweptViolations(
  catalog: Pick<Catalog, 'pool'>,
  policies: readonly Policy[],
  now: Date,
): Promise<ReadonlyMap<number, readonly bigint[]>> {
  const sweep = openSweep({ catalog, signal: new AbortController().signal });
  const read = policies.map((policy) => ({ policy, ...readPolicyFilters(policy, now) }));
  const found = new Map<number, bigint[]>(policies.map(({ id }) => [id, []]));
  for await (const ready of prepareWaves(sweep, planWaves(read), 7))
    for await (const { violations } of findLots(ready))
      for (const { policy, tags } of violations) found.get(policy.id)?.push(...tags.map(({ tagId }) => BigInt(tagId)));
  return found;
}
