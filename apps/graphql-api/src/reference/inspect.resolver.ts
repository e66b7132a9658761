import { Args, Context, Query, Resolver } from '@nestjs/graphql';
import type { Descriptor, InspectedManifest, QueryInspectArgs } from '@strata/graphql';
import type { ApiContext } from '../answer/context.js';
import { keyValues } from '../answer/key-values.js';
import { manifestsBehind, type ManifestBehind } from './images-behind.js';
import { namedPlatform } from './named-platform.js';
import { readReference } from './read-reference.js';

@Resolver('InspectedManifest')
export class InspectResolver {
  @Query()
  async inspect(
    @Args() { reference }: QueryInspectArgs,
    @Context() context: ApiContext,
  ): Promise<readonly InspectedManifest[]> {
    const read = await readReference(context, reference);
    return manifestsBehind(read).map((behind) => inspected(read.reference, behind));
  }
}

/** As `docker manifest inspect --verbose`: what stands in an index is named by its digest too. */
function inspected(reference: string, { entry, read }: ManifestBehind): InspectedManifest {
  const platform = entry === null ? read.platform : entry.platform;
  return {
    ref: entry === null || reference.includes('@') ? reference : `${reference}@${read.digest}`,
    descriptor: descriptorOf({ entry, read }),
    platform: platform === null ? null : namedPlatform(platform),
    document: Buffer.from(read.bytes).toString('utf8'),
  };
}

function descriptorOf({ entry, read }: ManifestBehind): Descriptor {
  return {
    mediaType: read.mediaType,
    digest: read.digest,
    sizeBytes: read.sizeBytes,
    annotations: keyValues(entry === null ? {} : Object.fromEntries(entry.descriptor.annotations)),
    urls: entry?.descriptor.urls ?? [],
  };
}
