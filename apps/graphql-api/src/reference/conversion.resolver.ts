import { Args, Context, Query, Resolver } from '@nestjs/graphql';
import type { Conversion, QueryConvertArgs } from '@strata/graphql';
import { convertManifest, type Conversion as OciConversion } from '@strata/oci';
import type { ApiContext } from '../answer/context.js';
import { families } from '../answer/words.js';
import { readReference } from './read-reference.js';

@Resolver('Conversion')
export class ConversionResolver {
  @Query()
  async convert(@Args() { reference, to }: QueryConvertArgs, @Context() context: ApiContext): Promise<Conversion> {
    const { root, known } = await readReference(context, reference);
    return toConversion(
      convertManifest(root.bytes, {
        to: families[to],
        contentType: root.mediaType,
        childOf: (digest) => known.get(digest) ?? null,
      }),
    );
  }
}

/** A conversion as the contract has it. */
export function toConversion({ bytes, children, ...conversion }: OciConversion): Conversion {
  return {
    ...conversion,
    document: Buffer.from(bytes).toString('utf8'),
    children: children.map(toConversion),
  };
}
