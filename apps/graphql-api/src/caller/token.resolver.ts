import { createToken, revokeToken, TokenError } from '@strata/catalog';
import { Args, Context, Mutation, Resolver } from '@nestjs/graphql';
import type { CreatedToken, MutationCreateTokenArgs, MutationRevokeTokenArgs } from '@strata/graphql';
import type { ApiContext } from '../answer/context.js';
import { userError } from '../answer/user-error.js';
import { tokenScopes } from '../answer/words.js';

/** PostgreSQL's `integer` begins with 1 in a sequence and ends here. */
const LARGEST_ID = 2 ** 31 - 1;

@Resolver('CreatedToken')
export class TokenResolver {
  @Mutation()
  async createToken(
    @Args() { input }: MutationCreateTokenArgs,
    @Context() { writes, caller }: ApiContext,
  ): Promise<CreatedToken> {
    const { name, scopes, repositories = null, expiresAt } = input;
    try {
      const made = await createToken(writes.pool, {
        name,
        scopes: scopes.map((scope) => tokenScopes[scope]),
        repositories,
        expiresAt,
        createdBy: caller.name,
        now: new Date(),
      });
      return { id: String(made.token.id), name, secret: made.secret, expiresAt };
    } catch (error) {
      if (error instanceof TokenError) throw userError('BAD_USER_INPUT', error.message, `input.${error.field}`);
      throw error;
    }
  }

  /** False for an id that names no token. */
  @Mutation()
  async revokeToken(@Args() { id }: MutationRevokeTokenArgs, @Context() { writes }: ApiContext): Promise<boolean> {
    const isId = /^[1-9][0-9]{0,9}$/.test(id) && Number(id) <= LARGEST_ID;
    return isId && revokeToken(writes.pool, Number(id), new Date());
  }
}
