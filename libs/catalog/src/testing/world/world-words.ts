import { digestOf } from '@strata/oci';
import type { FilterWords } from '../../filter/testing/any-filter.js';
import { WORLD_WORDS, type World } from './build-world.js';
import { knownTagsOf } from './known-tags-of.js';
import { known } from './world-facts.js';

/** Every moment at which something happened, and those just before and between. */
export function momentsOf(world: World): readonly Date[] {
  return world.steps.flatMap(({ at }) => [at, new Date(at.getTime() + 30_000), new Date(at.getTime() - 1)]);
}

/** What filters about a world are made of. */
export function wordsOf(world: World): FilterWords {
  const tags = knownTagsOf(world);
  const manifests = [...known(world).values()];
  const images = world.images.map(({ digest }) => digest);
  const nowhere = digestOf(Buffer.from('nowhere'));
  const { registries, repositories, tags: names, labels, artifactTypes, configType } = WORLD_WORDS;
  return {
    registries,
    repositories,
    names,
    formats: ['oci_image', 'oci_index', 'docker_schema2'],
    mediaTypes: [...new Set(manifests.map(({ mediaType }) => mediaType))],
    digests: [...manifests.slice(0, 6).map(({ digest }) => digest), nowhere],
    layers: [...world.layers.map(({ digest }) => digest), nowhere],
    bases: [
      ...images,
      ...world.indexes.map(({ digest }) => digest),
      ...tags.map(({ reference }) => reference),
      ...repositories.filter((name) => name.includes('/')).map((name) => `${name}:1`),
      ...images.slice(0, 2).map((digest) => `any/where@${digest}`),
      'no.example/such/base:1',
    ],
    contents: { users: WORLD_WORDS.users, layerMediaTypes: WORLD_WORDS.layerMediaTypes },
    labelKeys: [...labels.keys, 'n'],
    labelValues: labels.values,
    artifactTypes: [...artifactTypes, configType],
    dates: world.steps.filter((_, index) => index % 3 === 0).map(({ at }) => at),
    sizes: [
      0n,
      ...new Set(manifests.map(({ digest }) => tags.find((tag) => tag.digest === digest)?.totalBytes ?? 1_000n)),
    ],
  };
}
