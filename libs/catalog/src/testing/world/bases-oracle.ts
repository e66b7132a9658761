import type { ImageFixture, ManifestFixture } from '@strata/oci/testing';
import type { World, WorldRepository } from './build-world.js';
import { fullName, imagesBelow, isPrefix } from './world-facts.js';

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
  readonly targets: readonly ManifestFixture[];
}

/** Everything that each tag has pointed at, one after the other, also those that are gone. */
function stretches(world: World, at: Date | null): readonly Stretches[] {
  const byTag = new Map<string, { repository: WorldRepository; targets: ManifestFixture[]; now: string | null }>();
  for (const step of world.steps) {
    if (step.kind !== 'tag' || (at !== null && step.at > at)) continue;
    const key = `${fullName(step.repository)}:${step.tag}`;
    const known = byTag.get(key) ?? { repository: step.repository, targets: [], now: null };
    if (step.target !== null && step.target.digest !== known.now) known.targets.push(step.target);
    byTag.set(key, { ...known, now: step.target?.digest ?? null });
  }
  return [...byTag.values()];
}
