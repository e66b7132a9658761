import { convertManifest, formatReference, type Conversion } from '@strata/oci';
import { Args, Context, Mutation, Resolver } from '@nestjs/graphql';
import type { MutationPushConversionArgs, PushedConversion } from '@strata/graphql';
import { GraphQLError } from 'graphql';
import type { ApiContext } from '../answer/context.js';
import { families } from '../answer/words.js';
import { toConversion } from '../reference/conversion.resolver.js';
import { readReference } from '../reference/read-reference.js';
import { planConversion } from './push-plan.js';

@Resolver('PushedConversion')
export class PushedConversionResolver {
  @Mutation()
  async pushConversion(
    @Args() { input }: MutationPushConversionArgs,
    @Context() context: ApiContext,
  ): Promise<PushedConversion> {
    const { catalog, caller, maker } = context;
    const target = maker.targetFor(caller, input.target, 'input.target');
    const { root, known } = await readReference(context, input.reference, 'input.reference');
    const conversion = convertManifest(root.bytes, {
      to: families[input.to],
      contentType: root.mediaType,
      childOf: (digest) => known.get(digest) ?? null,
    });
    if (!conversion.lossless && input.allowLoss !== true) throw lossy(conversion);
    await maker.push(target, { plan: await planConversion(catalog, conversion, known), action: 'convert', caller });
    return { reference: formatReference(target.reference), conversion: toConversion(conversion) };
  }
}

/** Every loss, with its place in the document that it stands in. */
function lossy(conversion: Conversion): GraphQLError {
  const losses = lossesOf(conversion);
  const message = `something would be lost, and allowLoss is not set: ${losses.map(({ path, reason }) => `${path}: ${reason}`).join('; ')}`;
  return new GraphQLError(message, { extensions: { code: 'LOSSY', argument: 'input.allowLoss', losses } });
}

function lossesOf({ source, losses, children }: Conversion): readonly { path: string; reason: string; of: string }[] {
  return [...losses.map(({ path, reason }) => ({ path, reason, of: source })), ...children.flatMap(lossesOf)];
}
