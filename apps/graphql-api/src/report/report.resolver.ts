import { makeReport, type Policy } from '@strata/catalog';
import { Args, Context, Query, ResolveField, Resolver } from '@nestjs/graphql';
import type { QueryReportArgs } from '@strata/graphql';
import { digestOf, type Digest } from '@strata/oci';
import { formatReport, type PolicyResult } from '@strata/report';
import type { ApiContext } from '../answer/context.js';
import { STATEMENT_TIMEOUT_MS } from '../config.js';
import { policyNamed } from '../policy/policy-of.js';
import { DEFAULT_LIMIT } from './read-report-request.js';

/** The report of policies as the contract has it; `digest` is that of its JSON. */
interface ReportAnswer {
  readonly revision: string;
  readonly asOf: Date;
  readonly digest: Digest;
  readonly policies: readonly PolicyResult[];
}

@Resolver('Report')
export class ReportResolver {
  @Query()
  async report(
    @Args() { policy = null, asOf = null }: QueryReportArgs,
    @Context() { catalog }: ApiContext,
  ): Promise<ReportAnswer> {
    const request = {
      name: 'policies',
      policy,
      asOf,
      where: null,
      mediaTypes: null,
      limit: DEFAULT_LIMIT.json,
    } as const;
    const report = await makeReport(catalog, request, new Date(), STATEMENT_TIMEOUT_MS);
    const bytes = formatReport(report, 'json');
    if (report.report !== 'policies' || bytes === null) throw new Error('another report than was asked for');
    return {
      revision: report.revision,
      asOf: new Date(report.asOf),
      digest: digestOf(bytes),
      policies: report.policies,
    };
  }
}

@Resolver('PolicyResult')
export class PolicyResultResolver {
  @ResolveField()
  policy({ name }: PolicyResult, _args: object, context: ApiContext): Promise<Policy | null> {
    return policyNamed(context, name);
  }
}
