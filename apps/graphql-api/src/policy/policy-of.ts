import { countVerdicts, findPolicies, type Policy, type Verdicts } from '@strata/catalog';
import { perRequest, type ApiContext } from '../answer/context.js';
import { oneOf } from '../answer/one-of.js';

/** Every policy there is or was: they are few, and read once per request. */
const policies = perRequest(({ catalog }: ApiContext) => findPolicies(catalog.pool, { removed: true }));

/** The policy of an id, also one that was removed. */
export async function policyOf(context: ApiContext, id: number): Promise<Policy | null> {
  return (await policies(context)).find((policy) => policy.id === id) ?? null;
}

/** The policy of a name that is configured, or once was. */
export async function policyNamed(context: ApiContext, name: string): Promise<Policy | null> {
  return (await policies(context)).find((policy) => policy.name === name) ?? null;
}

/** How a policy stands; those of one answer are counted in one statement. */
export const verdictsOf: (context: ApiContext, policy: Policy) => Promise<Verdicts> = oneOf(
  ({ pool }, asked: readonly Policy[]) => countVerdicts(pool, asked, new Date()),
);
