import { MEDIA_TYPES, formatPlatformName, normalizePlatform, type Digest } from '@strata/oci';
import type { ImageFixture, ManifestFixture } from '@strata/oci/testing';
import type { KnownTag } from '../../filter/testing/known-tag.js';
import type { World, WorldRepository } from './build-world.js';

/** The plain answers: every question is a loop over the steps and the documents of a world. */

/** Every manifest that was ever written. */
export function known(world: World): ReadonlyMap<Digest, ManifestFixture> {
  const held = world.steps.flatMap((step) => (step.kind === 'hold' ? step.manifests : []));
  return new Map(held.map((manifest) => [manifest.digest, manifest]));
}

/** `registry/repository` */
export function fullName({ registry, name }: WorldRepository): string {
  return `${registry}/${name}`;
}

/** Which repositories hold a manifest, now or at a moment. */
export function holders(world: World, digest: Digest, at: Date | null = null): readonly string[] {
  const first = new Map<string, Date>();
  const gone = new Map<string, Date>();
  for (const step of world.steps) {
    const name = fullName(step.repository);
    if (step.kind === 'hold' && step.manifests.some((manifest) => manifest.digest === digest)) {
      if (!first.has(name)) first.set(name, step.at);
      gone.delete(name);
    }
    if (step.kind === 'gone' && step.manifest.digest === digest && !gone.has(name)) gone.set(name, step.at);
  }
  return [...first]
    .filter(([name, since]) => {
      const end = gone.get(name);
      return at === null ? end === undefined : since <= at && (end === undefined || end > at);
    })
    .map(([name]) => name);
}

/** A manifest and everything known that it leads to through indexes. */
export function below(world: World, manifest: ManifestFixture): readonly ManifestFixture[] {
  const there = known(world);
  const children = manifest.kind === 'index' ? manifest.children : [];
  const all = [manifest, ...children.filter(({ digest }) => there.has(digest)).flatMap((child) => below(world, child))];
  return [...new Map(all.map((each) => [each.digest, each])).values()];
}

/** The images among them. */
export function imagesBelow(world: World, manifest: ManifestFixture): readonly ImageFixture[] {
  return below(world, manifest).filter((each) => each.kind === 'image');
}

/** Canonical. */
export function platformOf({ platform }: ImageFixture): string {
  const [words = '', osVersion = null] = platform.split(':');
  const [os = '', architecture = '', variant = null] = words.split('/');
  const normal = normalizePlatform({ os, architecture, variant, osVersion });
  return normal === null ? '' : formatPlatformName(normal);
}

/** What a client can run: an index says it of its entries, also of those that nobody has seen. */
export function platformsOf(world: World, manifest: ManifestFixture): readonly string[] {
  const there = known(world);
  const names = (each: ManifestFixture): readonly string[] => {
    if (each.kind === 'image') return [platformOf(each)];
    if (each.kind === 'artifact') return [];
    return each.children.flatMap((child) => (child.kind === 'image' || there.has(child.digest) ? names(child) : []));
  };
  return [...new Set(names(manifest))].sort();
}

/** Of the distinct layers below, as far as they are known; of an artifact, of its own. */
export function totalBytes(world: World, manifest: ManifestFixture): bigint {
  const layers =
    manifest.kind === 'artifact' ? manifest.layers : imagesBelow(world, manifest).flatMap(({ layers: own }) => own);
  const sizes = new Map(layers.map(({ digest, bytes }) => [digest, BigInt(bytes.length)]));
  return [...sizes.values()].reduce((sum, size) => sum + size, 0n);
}

/** Whether the layers of one image are the first ones of another, by their bytes or by their files. */
export function isPrefix(base: ImageFixture, image: ImageFixture): boolean {
  const begins = (key: 'digest' | 'diffId'): boolean =>
    base.layers.every((layer, index) => layer[key] === image.layers[index]?.[key]);
  return begins('digest') || begins('diffId');
}

/** What a tag pointed at, and since when. */
export interface WorldTag {
  readonly repository: WorldRepository;
  readonly tag: string;
  readonly target: ManifestFixture;
  readonly since: Date;
  readonly pushedAt: Date;
}

/** Every tag that points at something, now or at a moment. */
export function tagsOf(world: World, at: Date | null = null): readonly WorldTag[] {
  const tags = new Map<string, WorldTag>();
  for (const step of world.steps) {
    if (step.kind !== 'tag' || (at !== null && step.at > at)) continue;
    const { repository, tag, target } = step;
    const key = `${fullName(repository)}:${tag}`;
    if (target === null) tags.delete(key);
    else if (tags.get(key)?.target.digest !== target.digest)
      tags.set(key, { repository, tag, target, since: step.at, pushedAt: step.pushedAt ?? step.at });
  }
  return [...tags.values()];
}

/** The images that a digest, or a reference at any registry, stands for. */
export function basesNamed(world: World, tags: readonly WorldTag[], name: string): readonly ImageFixture[] {
  const digest = name.slice(name.indexOf('@') + 1);
  const byDigest = [...known(world).values()].filter((manifest) => manifest.digest === digest);
  const byTag = tags
    .filter(({ repository, tag }) => [`${fullName(repository)}:${tag}`, `${repository.name}:${tag}`].includes(name))
    .map(({ target }) => target);
  return [...byDigest, ...byTag].flatMap((manifest) => imagesBelow(world, manifest));
}

/** In the words of the database. */
export function formatOf({ mediaType }: ManifestFixture): KnownTag['format'] {
  if (mediaType === MEDIA_TYPES.dockerManifest) return 'docker_schema2';
  return mediaType === MEDIA_TYPES.ociIndex ? 'oci_index' : 'oci_image';
}
