import { findCoverage, type CoverageRow } from '@strata/catalog';
import { Args, Context, Query, Resolver } from '@nestjs/graphql';
import type { QueryCoverageArgs } from '@strata/graphql';
import type { ApiContext } from '../answer/context.js';
import { ifGiven, toTagFilter } from '../answer/filters.js';
import { userError } from '../answer/user-error.js';
import { coverageKeys } from '../answer/words.js';

/** There are seven keys; a longer list repeats itself. */
const MAX_KEYS = Object.keys(coverageKeys).length;

@Resolver('CoverageGroup')
export class CoverageResolver {
  @Query()
  coverage(
    @Args() { by, where, asOf }: QueryCoverageArgs,
    @Context() { catalog }: ApiContext,
  ): Promise<readonly CoverageRow[]> {
    if (by.length > MAX_KEYS) throw userError('BAD_USER_INPUT', `at most ${MAX_KEYS} keys make a group`, 'by');
    return findCoverage(catalog.pool, {
      by: by.map((key) => coverageKeys[key]),
      where: ifGiven(where, toTagFilter),
      asOf,
    });
  }
}
