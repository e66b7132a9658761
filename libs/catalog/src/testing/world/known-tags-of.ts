import type { ManifestFixture } from '@strata/oci/testing';
import type { KnownTag } from '../../filter/testing/known-tag.js';
import { attestationsOf } from './attestation-oracle.js';
import { basesBehind } from './bases-oracle.js';
import type { World } from './build-world.js';
import {
  basesNamed,
  below,
  formatOf,
  fullName,
  holders,
  imagesBelow,
  isPrefix,
  platformsOf,
  tagsOf,
  totalBytes,
} from './world-facts.js';
import { findingsIn, isAbout, isOpen } from './world-findings.js';

/** Every tag that points at something, now or at a moment, as the filter's oracle sees it. */
export function knownTagsOf(world: World, at: Date | null = null): readonly KnownTag[] {
  const tags = tagsOf(world, at);
  return tags.map(({ repository, tag, target, pushedAt }): KnownTag => {
    const images = imagesBelow(world, target);
    const parts = below(world, target);
    return {
      registry: repository.registry,
      repository: repository.name,
      name: tag,
      reference: `${fullName(repository)}:${tag}`,
      platforms: platformsOf(world, target),
      format: formatOf(target),
      mediaType: target.mediaType,
      digest: target.digest,
      layers: images.flatMap(({ layers }) => layers.map(({ digest }) => digest)),
      labels: images.map(({ digest }) => world.images.find((image) => image.digest === digest)?.labels ?? {}),
      annotations: annotationsOf(world, target),
      referrerTypes: world.artifacts
        .filter(({ subject }) => parts.some(({ digest }) => digest === subject.digest))
        .filter(({ digest }) => holders(world, digest, at).length > 0)
        .map(({ artifactType, config }) => artifactType ?? config.mediaType),
      attestations: attestationsOf(world, tags, { repository, parts }, at),
      users: images.map(({ digest }) => world.images.find((image) => image.digest === digest)?.user ?? ''),
      layerMediaTypes: images.flatMap(({ layers }) => layers.map(({ mediaType }) => mediaType)),
      basesBehind: basesBehind(world, images, repository, at),
      findings: findingsIn(world)
        .filter((finding) => isOpen(finding, at))
        .filter((finding) => isAbout(finding, { repository, tag, target }))
        .map(({ kind }) => kind),
      isDerivedFrom: (base, asOf) =>
        basesNamed(world, asOf === null ? tags : tagsOf(world, asOf), base).some((each) =>
          images.some((image) => isPrefix(each, image)),
        ),
      pushedAt,
      totalBytes: totalBytes(world, target),
    };
  });
}

function annotationsOf(world: World, { digest }: ManifestFixture): Readonly<Record<string, string>> {
  return [...world.images, ...world.indexes].find((each) => each.digest === digest)?.annotations ?? {};
}
