import { findPolicies, type Policy } from '@strata/catalog';
import { Context, Query, ResolveField, Resolver } from '@nestjs/graphql';
import type { PolicyEvaluation, Severity } from '@strata/graphql';
import type { ApiContext } from '../answer/context.js';
import { upperWord } from '../answer/words.js';
import { verdictsOf } from './policy-of.js';

@Resolver('Policy')
export class PolicyResolver {
  @Query()
  policies(@Context() { catalog }: ApiContext): Promise<readonly Policy[]> {
    return findPolicies(catalog.pool);
  }

  @ResolveField()
  severity({ severity }: Policy): Severity {
    return upperWord(severity);
  }

  @ResolveField()
  where({ where }: Policy): string {
    return JSON.stringify(where);
  }

  @ResolveField()
  require({ require }: Policy): string {
    return JSON.stringify(require);
  }

  @ResolveField()
  async inScope(policy: Policy, _args: object, context: ApiContext): Promise<number> {
    return (await verdictsOf(context, policy)).inScope;
  }

  @ResolveField()
  async passing(policy: Policy, _args: object, context: ApiContext): Promise<number> {
    return (await verdictsOf(context, policy)).passing;
  }

  @ResolveField()
  async failing(policy: Policy, _args: object, context: ApiContext): Promise<number> {
    return (await verdictsOf(context, policy)).failing;
  }

  @ResolveField()
  evaluation({ evaluation }: Policy): Pick<PolicyEvaluation, 'done' | 'expected'> | null {
    return evaluation && { ...evaluation, done: Number(evaluation.done), expected: Number(evaluation.expected) };
  }
}
