import {
  countFindings,
  findFindings,
  findingMessage,
  waive,
  type FindingRow,
  type ManifestRow,
  type Policy,
  type StoredRepository,
  type TagRow,
} from '@strata/catalog';
import { Args, Context, Mutation, Query, ResolveField, Resolver } from '@nestjs/graphql';
import type { FindingKind, MutationWaiveArgs, QueryFindingsArgs, Severity } from '@strata/graphql';
import { toConnection, type Connection } from '../answer/connection.js';
import type { ApiContext } from '../answer/context.js';
import { ifGiven, toFindingFilter } from '../answer/filters.js';
import { formatNodeId, parseNodeId } from '../answer/node-id.js';
import { present } from '../answer/one-of.js';
import { pageRequest } from '../answer/page-of.js';
import { userError } from '../answer/user-error.js';
import { findingOrders, upperWord } from '../answer/words.js';
import { manifestOf } from '../image/manifest-of.js';
import { policyOf } from '../policy/policy-of.js';
import { repositoryOf } from '../repository/repository.resolver.js';
import { tagOf } from '../tag/tag-of.js';

@Resolver('Finding')
export class FindingResolver {
  @Query()
  findings(
    @Args() { where, orderBy, ...page }: QueryFindingsArgs,
    @Context() { catalog }: ApiContext,
  ): Connection<FindingRow> {
    const query = { where: ifGiven(where, toFindingFilter), now: new Date() };
    const order = findingOrders[orderBy ?? 'SEVERITY_DESC'];
    return toConnection(
      () => findFindings(catalog.pool, { ...query, ...pageRequest(page), orderBy: order }),
      () => countFindings(catalog.pool, query),
    );
  }

  @Mutation()
  waive(
    @Args() { finding, until, reason }: MutationWaiveArgs,
    @Context() { writes, caller }: ApiContext,
  ): Promise<FindingRow> {
    const id = parseNodeId(finding);
    if (id?.type !== 'Finding') throw userError('BAD_USER_INPUT', 'this is the id of no finding', 'finding');
    return waive(writes, { findingId: id.id, until, reason, by: caller.name, now: new Date() });
  }

  @ResolveField()
  id({ id }: FindingRow): string {
    return formatNodeId('Finding', id);
  }

  @ResolveField()
  kind({ kind }: FindingRow): FindingKind {
    return upperWord(kind);
  }

  @ResolveField()
  severity({ severity }: FindingRow): Severity {
    return upperWord(severity);
  }

  @ResolveField()
  async repository({ repositoryId }: FindingRow, _args: object, context: ApiContext): Promise<StoredRepository> {
    return present(await repositoryOf(context, repositoryId));
  }

  @ResolveField()
  async tag({ tagId }: FindingRow, _args: object, context: ApiContext): Promise<TagRow | null> {
    return tagId === null ? null : tagOf(context, tagId);
  }

  @ResolveField()
  async manifest({ manifestId }: FindingRow, _args: object, context: ApiContext): Promise<ManifestRow | null> {
    return manifestId === null ? null : manifestOf(context, manifestId);
  }

  @ResolveField()
  async policy({ policyId }: FindingRow, _args: object, context: ApiContext): Promise<Policy | null> {
    return policyId === null ? null : policyOf(context, policyId);
  }

  @ResolveField()
  message(finding: FindingRow): string {
    return findingMessage(finding);
  }
}
