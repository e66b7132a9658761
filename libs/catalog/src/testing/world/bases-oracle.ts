import type { ImageFixture } from '@strata/oci/testing';
import type { World, WorldRepository } from './build-world.js';
import { fullName, imagesBelow, isPrefix, tagsOf, type WorldTag } from './world-facts.js';

/** How many builds the furthest base of these images has gone on, among those that another repository has tagged. */
export function basesBehind(
  world: World,
  images: readonly ImageFixture[],
  own: WorldRepository,
  at: Date | null,
): number {
  const isBase = (base: ImageFixture): boolean =>
    images.some((image) => base.layers.length < image.layers.length && isPrefix(base, image));
  const counts = stretches(world, at)
    .filter(({ repository }) => fullName(repository) !== fullName(own))
    .flatMap(({ targets }) => {
      const below = targets.map((target) => imagesBelow(world, target));
      const bases = [...new Map(below.flat().map((image) => [image.digest, image])).values()].filter(isBase);
      return bases.map(({ digest }) => {
        const last = below.findLastIndex((those) => those.some((image) => image.digest === digest));
        return new Set(targets.slice(last + 1).map((target) => target.digest)).size;
      });
    });
  return Math.max(0, ...counts);
}

interface Stretches {
  readonly repository: WorldRepository;
  readonly targets: readonly WorldTag['target'][];
}

/** Everything that each of the tags that are there has pointed at, one after the other. */
function stretches(world: World, at: Date | null): readonly Stretches[] {
  return tagsOf(world, at).map(({ repository, tag }) => {
    const targets: WorldTag['target'][] = [];
    let now: string | null = null;
    for (const step of world.steps) {
      if (step.kind !== 'tag' || (at !== null && step.at > at)) continue;
      if (step.tag !== tag || fullName(step.repository) !== fullName(repository)) continue;
      if (step.target !== null && step.target.digest !== now) targets.push(step.target);
      now = step.target?.digest ?? null;
    }
    return { repository, targets };
  });
}
