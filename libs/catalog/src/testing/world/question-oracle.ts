import type { Digest } from '@strata/oci';
import type { ImageFixture, ManifestFixture } from '@strata/oci/testing';
import { heldImages } from './image-oracle.js';
import { below, fullName, holders, isPrefix, known, platformsOf, tagsOf } from './world-facts.js';
import type { World } from './build-world.js';

/** Longer ones first, each with its layers' number. */
export function basesOf(world: World, image: ImageFixture): readonly { digest: Digest; sharedLayers: number }[] {
  return heldImages(world)
    .filter((base) => base.layers.length < image.layers.length && isPrefix(base, image))
    .map(({ digest, layers }) => ({ digest, sharedLayers: layers.length }));
}

/** The images that have all layers of this one, and more. */
export function derivedFrom(world: World, base: ImageFixture): readonly Digest[] {
  return heldImages(world)
    .filter((image) => image.layers.length > base.layers.length && isPrefix(base, image))
    .map(({ digest }) => digest);
}

/** What each tag pointed at, one after the other; a push of the same again is no move. */
function movesOf(world: World): readonly (readonly ManifestFixture[])[] {
  const tags = new Map<string, (ManifestFixture | null)[]>();
  for (const step of world.steps) {
    if (step.kind !== 'tag') continue;
    const key = `${fullName(step.repository)}:${step.tag}`;
    const moves = tags.get(key) ?? [];
    tags.set(key, moves);
    if (moves.at(-1)?.digest !== step.target?.digest) moves.push(step.target);
  }
  return [...tags.values()].map((moves) => moves.filter((move) => move !== null));
}

/** Distinct manifests to which tags went on from it. */
export function newerBuilds(world: World, image: ImageFixture): number {
  const isOf = (manifest: ManifestFixture): boolean =>
    below(world, manifest).some(({ digest }) => digest === image.digest);
  const later = movesOf(world).flatMap((moves) => {
    const first = moves.findIndex(isOf);
    return first < 0 ? [] : moves.slice(first + 1);
  });
  return new Set(later.filter((manifest) => !isOf(manifest)).map(({ digest }) => digest)).size;
}

/** What a repository holds and none of its tags reaches. */
export function untaggedIn(world: World, repository: string): readonly Digest[] {
  const reached = tagsOf(world)
    .filter((tag) => fullName(tag.repository) === repository)
    .flatMap(({ target }) => below(world, target).map(({ digest }) => digest));
  return [...known(world).keys()].filter(
    (digest) => holders(world, digest).includes(repository) && !reached.includes(digest),
  );
}

interface Use {
  readonly sizeBytes: bigint;
  readonly images: number;
  readonly repositories: number;
}

/** Of each layer in an image that somebody holds. */
export function layerUses(world: World): ReadonlyMap<Digest, Use> {
  const images = heldImages(world);
  const layers = new Map(
    images.flatMap(({ layers: own }) => own.map(({ digest, bytes }) => [digest, bytes.length] as const)),
  );
  return new Map(
    [...layers].map(([digest, size]) => {
      const users = images.filter((image) => image.layers.some((layer) => layer.digest === digest));
      const places = new Set(users.flatMap((user) => holders(world, user.digest)));
      return [digest, { sizeBytes: BigInt(size), images: users.length, repositories: places.size }];
    }),
  );
}

/** Bytes as pushed, each layer once per registry, and what nobody outside of the scope uses. */
export function storageOf(world: World, scope: readonly string[]) {
  const held = heldImages(world).flatMap((image) => holders(world, image.digest).map((place) => ({ image, place })));
  const sizes = (items: readonly { image: ImageFixture; place: string }[]): ReadonlyMap<string, bigint> =>
    new Map(
      items.flatMap(({ image, place }) =>
        image.layers.map(
          ({ digest, bytes }) => [`${place.split('/')[0] ?? ''} ${digest}`, BigInt(bytes.length)] as const,
        ),
      ),
    );
  const sum = (all: Iterable<bigint>): bigint => [...all].reduce((total, size) => total + size, 0n);
  const mine = held.filter(({ place }) => scope.includes(place));
  const others = sizes(held.filter(({ place }) => !scope.includes(place)));
  const unique = sizes(mine);
  return {
    logicalBytes: sum(mine.map((item) => sum(sizes([item]).values()))),
    uniqueBytes: sum(unique.values()),
    exclusiveBytes: sum([...unique].filter(([key]) => !others.has(key)).map(([, size]) => size)),
  };
}

/** What the tags went through, one step after the other. */
export function changesIn(world: World): readonly { kind: string; reference: string; platforms: readonly string[] }[] {
  const now = new Map<string, ManifestFixture>();
  return world.steps.flatMap((step) => {
    if (step.kind !== 'tag') return [];
    const reference = `${fullName(step.repository)}:${step.tag}`;
    const before = now.get(reference);
    const { target } = step;
    if (before?.digest === target?.digest) return [];
    if (target === null) now.delete(reference);
    else now.set(reference, target);
    const kind = before === undefined ? 'tag_created' : target === null ? 'tag_deleted' : 'tag_moved';
    return [{ kind, reference, platforms: platformsOf(world, target ?? before ?? missing()) }];
  });
}

function missing(): never {
  throw new Error('a tag changed from nothing to nothing');
}
