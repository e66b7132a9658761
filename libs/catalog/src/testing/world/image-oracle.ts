import type { ImageFixture } from '@strata/oci/testing';
import type { ImageFilter } from '../../filter/image-filter.js';
import { labelsMatch, runsOn, textMatches } from '../../filter/testing/tag-matches.js';
import type { World } from './build-world.js';
import {
  basesNamed,
  below,
  formatOf,
  holders,
  isPrefix,
  known,
  platformOf,
  tagsOf,
  totalBytes,
} from './world-facts.js';

/** The images that some repository holds. */
export function heldImages(world: World): readonly ImageFixture[] {
  const images = [...known(world).values()].filter((manifest) => manifest.kind === 'image');
  return images.filter(({ digest }) => holders(world, digest).length > 0);
}

/** When it was first seen, anywhere. */
export function firstSeenAt(world: World, { digest }: ImageFixture): Date {
  const first = world.steps.find(
    (step) => step.kind === 'hold' && step.manifests.some((manifest) => manifest.digest === digest),
  );
  if (first === undefined) throw new Error('it was never seen');
  return first.at;
}

/** Whether a live tag reaches it. */
export function isTagged(world: World, { digest }: ImageFixture): boolean {
  return tagsOf(world).some(({ target }) => below(world, target).some((each) => each.digest === digest));
}

/** Whether a filter means this image. */
export function imageMatches(world: World, image: ImageFixture, filter: ImageFilter): boolean {
  const { platform, layer, derivedFrom, labels, repository, registry, tagged, format, pushed, size } = filter;
  const bytes = totalBytes(world, image);
  const seen = firstSeenAt(world, image);
  const isHolder = (name: string): boolean => {
    const [host = '', ...path] = name.split('/');
    return (!registry || textMatches(host, registry)) && (!repository || textMatches(path.join('/'), repository));
  };
  return (
    (!platform || platform.some((asked) => runsOn(platformOf(image), asked))) &&
    (!layer || image.layers.some(({ digest }) => digest === layer)) &&
    (!derivedFrom || basesNamed(world, tagsOf(world), derivedFrom).some((base) => isPrefix(base, image))) &&
    (!labels || labelsMatch(world.images.find(({ digest }) => digest === image.digest)?.labels ?? {}, labels)) &&
    holders(world, image.digest).some(isHolder) &&
    (tagged === undefined || tagged === null || isTagged(world, image) === tagged) &&
    (!format || format.some((word) => word === formatOf(image))) &&
    (!pushed?.from || seen >= pushed.from) &&
    (!pushed?.to || seen < pushed.to) &&
    (typeof size?.min !== 'bigint' || bytes >= size.min) &&
    (typeof size?.max !== 'bigint' || bytes <= size.max)
  );
}
