import { findIndexEntries, type IndexEntryRow, type ManifestRow } from '@strata/catalog';
import { Args, Context, Query, Resolver } from '@nestjs/graphql';
import type { QueryResolveArgs } from '@strata/graphql';
import { normalizePlatform, parsePlatformName, resolveImage, type KnownManifest, type Platform } from '@strata/oci';
import type { ApiContext } from '../answer/context.js';
import { userError } from '../answer/user-error.js';
import { pullClients } from '../answer/words.js';
import { placeOfEntry } from './images-behind.js';
import { readReference, type ReadManifest } from './read-reference.js';

/** What a client would run, in the shape of the contract. */
interface ResolutionAnswer {
  readonly image: ManifestRow | null;
  readonly entry: IndexEntryRow | null;
  readonly runnable: boolean;
  readonly reason: string;
}

@Resolver('Resolution')
export class ResolutionResolver {
  @Query()
  async resolve(
    @Args() { reference, platform, client }: QueryResolveArgs,
    @Context() context: ApiContext,
  ): Promise<ResolutionAnswer> {
    const host = hostOf(platform);
    const { root, known } = await readReference(context, reference);
    const { digest, entry, runnable, reason } = resolveImage(knownManifest(root), {
      host,
      client: pullClients[client ?? 'CONTAINERD'],
      childOf: (child) => {
        const read = known.get(child);
        return read === undefined ? null : knownManifest(read);
      },
    });
    const found = digest === null ? undefined : known.get(digest);
    const place = entry === null ? null : placeOfEntry(known, entry);
    const [rows] = place === null ? [] : await findIndexEntries(context.catalog.pool, [place.indexId]);
    return {
      image: found?.kind === 'image' ? found : null,
      entry: (place === null ? undefined : rows?.[place.position]) ?? null,
      runnable,
      reason,
    };
  }
}

/** A host runs one operating system: a bare architecture means Linux. */
function hostOf(name: string): Platform {
  const { os, architecture, variant, osVersion } = parsePlatformName(name);
  const host = normalizePlatform({
    os: os ?? 'linux',
    architecture,
    variant: variant === 'any' ? null : variant.is,
    osVersion,
  });
  if (host === null) throw userError('BAD_USER_INPUT', `${name} is no platform of a host`, 'platform');
  return host;
}

function knownManifest({ manifest, platform }: ReadManifest): KnownManifest {
  switch (manifest.kind) {
    case 'image':
    case 'schema1':
      return { kind: 'image', digest: manifest.digest, platform };
    case 'index':
      return manifest;
    case 'artifact':
      return { kind: 'artifact', digest: manifest.digest };
  }
}
