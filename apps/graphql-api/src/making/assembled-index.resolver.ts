import { findConfigBytes, type Catalog } from '@strata/catalog';
import { assembleIndex, formatReference, type Digest, type IndexMember } from '@strata/oci';
import { Args, Context, Mutation, Resolver } from '@nestjs/graphql';
import type { AssembledIndex, KeyValueInput, MutationAssembleIndexArgs } from '@strata/graphql';
import type { ApiContext } from '../answer/context.js';
import { userError } from '../answer/user-error.js';
import { families } from '../answer/words.js';
import { readReference, type ReadManifest, type ReadReference } from '../reference/read-reference.js';
import { parseTarget } from './find-target.js';
import { planIndex } from './push-plan.js';

/** Each is looked up by itself. */
const MOST_MEMBERS = 50;

type AssembleIndexInput = MutationAssembleIndexArgs['input'];

@Resolver('AssembledIndex')
export class AssembledIndexResolver {
  @Mutation()
  async assembleIndex(
    @Args() { input }: MutationAssembleIndexArgs,
    @Context() context: ApiContext,
  ): Promise<AssembledIndex> {
    const { catalog, caller, maker } = context;
    const target = input.push === true ? maker.targetFor(caller, input.reference, 'input.reference') : null;
    const reference = target?.reference ?? parseTarget(input.reference, [], 'input.reference');
    const read = await readMembers(context, input);
    const { bytes, digest, mediaType } = assembleIndex({
      members: await membersOf(catalog, input, read),
      family: families[input.family ?? 'OCI'],
      annotations: annotationsOf(input.annotations),
    });
    if (target !== null) {
      const known = new Map(read.flatMap((each) => [...each.known]));
      const plan = await planIndex(catalog, { bytes, digest, mediaType }, known);
      await maker.push(target, { plan, action: 'assemble', caller });
    }
    const document = Buffer.from(bytes).toString('utf8');
    return { reference: formatReference(reference), digest, mediaType, document, pushed: target !== null };
  }
}

function readMembers(context: ApiContext, { members }: AssembleIndexInput): Promise<readonly ReadReference[]> {
  if (members.length > MOST_MEMBERS)
    throw userError('TOO_MUCH', `an index is assembled of at most ${MOST_MEMBERS} members`, 'input.members');
  return Promise.all(
    members.map(({ reference }, at) => readReference(context, reference, `input.members[${at}].reference`)),
  );
}

async function membersOf(
  { pool }: Catalog,
  { members }: AssembleIndexInput,
  read: readonly ReadReference[],
): Promise<readonly IndexMember[]> {
  const digests = read.flatMap(({ root }) => configOf(root) ?? []);
  const configs = new Map((await findConfigBytes(pool, digests)).map((bytes, at) => [digests[at], bytes]));
  return read.map(({ root }, at) => {
    const { platform, osFeatures, annotations } = members[at] ?? {};
    return {
      manifest: root.manifest,
      config: configs.get(configOf(root) ?? undefined) ?? null,
      ...(platform != null && { platform }),
      ...(osFeatures != null && { osFeatures }),
      annotations: annotationsOf(annotations),
    };
  });
}

function configOf({ manifest }: ReadManifest): Digest | null {
  return manifest.kind === 'image' ? manifest.config.digest : null;
}

function annotationsOf(given: readonly KeyValueInput[] | null | undefined): ReadonlyMap<string, string> {
  return new Map((given ?? []).map(({ key, value }) => [key, value]));
}
