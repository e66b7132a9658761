import { Args, Context, Query, Resolver } from '@nestjs/graphql';
import type { QueryCompatibilityArgs, RegistryCompatibility } from '@strata/graphql';
import { registryVerdicts, type VerdictReason } from '@strata/oci';
import type { ApiContext } from '../answer/context.js';
import { upperWord } from '../answer/words.js';
import { readReference } from './read-reference.js';

@Resolver('RegistryCompatibility')
export class CompatibilityResolver {
  @Query()
  async compatibility(
    @Args() { reference }: QueryCompatibilityArgs,
    @Context() context: ApiContext,
  ): Promise<readonly RegistryCompatibility[]> {
    const { root, known } = await readReference(context, reference);
    const behind = [...known.values()].flatMap((read) => (read === root ? [] : [read.manifest]));
    return registryVerdicts(root.manifest, behind).map(({ registry, accepted, reasons, asOf }) => ({
      registry,
      accepted: upperWord(accepted),
      reasons: reasons.map(sentenceOf),
      asOf: new Date(asOf),
    }));
  }
}

function sentenceOf({ text, source }: VerdictReason): string {
  return source === null ? text : `${text} (${source})`;
}
