import type { ManifestRow } from '@strata/catalog';
import { ResolveField, Resolver } from '@nestjs/graphql';
import type { ArtifactKind, Descriptor } from '@strata/graphql';
import { ManifestError, parseManifest, type Descriptor as OciDescriptor } from '@strata/oci';
import type { ApiContext } from '../answer/context.js';
import { keyValues } from '../answer/key-values.js';
import { upperWord } from '../answer/words.js';
import { documentOf } from './manifest.resolver.js';

@Resolver('Artifact')
export class ArtifactResolver {
  @ResolveField()
  kind({ artifactKind, isValid }: ManifestRow): ArtifactKind {
    return upperWord(isValid ? (artifactKind ?? 'other') : 'other');
  }

  /** Of a document that is not valid nothing is believed, so it has none. */
  @ResolveField()
  async blobs(row: ManifestRow, _args: object, context: ApiContext): Promise<readonly Descriptor[]> {
    const bytes = row.isValid ? await documentOf(context, row.id) : null;
    return bytes === null ? [] : blobsOf(bytes, row).map(toDescriptor);
  }
}

function blobsOf(bytes: Uint8Array, { mediaType, digest }: ManifestRow): readonly OciDescriptor[] {
  try {
    const manifest = parseManifest(bytes, { contentType: mediaType, digest });
    return manifest.kind === 'artifact' ? manifest.blobs : [];
  } catch (error) {
    if (error instanceof ManifestError) return []; // valid when it was read, by rules that have since become stricter
    throw error;
  }
}

function toDescriptor({ mediaType, digest, sizeBytes, annotations, urls }: OciDescriptor): Descriptor {
  return { mediaType, digest, sizeBytes: BigInt(sizeBytes), annotations: keyValues(annotations), urls };
}
