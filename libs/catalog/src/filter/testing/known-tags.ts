import { digestOf } from '@strata/oci';
import type { FilterWords } from './any-filter.js';
import type { KnownTag } from './known-tag.js';

/** The words that tags are made of, with those among them that LIKE and regular expressions could take amiss. */
export const REGISTRIES = ['a.example', 'b.example:5000'];
export const REPOSITORIES = ['app', 'team/app', 'team/web', 'team/web/api', 'te_m/we%b', 'library/alpine'];
export const NAMES = ['1', '1.0', 'latest', 'v1-arm64', 'v.1', 'Latest', 'x_y', 'a-b'];
export const SETS = [
  [],
  ['linux/amd64'],
  ['linux/amd64', 'linux/arm64'],
  ['linux/arm/v7', 'linux/amd64'],
  ['linux/arm/v6', 'linux/arm/v7', 'linux/arm64'],
  ['windows/amd64:10.0.20348.2227', 'linux/amd64/v3'],
];
export const FORMATS = ['oci_image', 'oci_index', 'docker_schema2'] as const;
export const LAYERS = [0, 1, 2].map((n) => digestOf(Buffer.from(`layer ${n}`)));

/** Every name in every repository, with facts dealt out so that no two of them go together always. */
export const knownTags: readonly KnownTag[] = REGISTRIES.flatMap((registry, r) =>
  REPOSITORIES.flatMap((repository, p) =>
    NAMES.map((name, n): KnownTag => {
      const seed = r * 48 + p * 8 + n;
      const reference = `${registry}/${repository}:${name}`;
      return {
        registry,
        repository,
        name,
        reference,
        platforms: SETS[(seed * 7) % SETS.length] ?? [],
        format: FORMATS[seed % 3] ?? 'oci_image',
        mediaType: FORMATS[(seed % 40) % 3] ?? '',
        digest: digestOf(Buffer.from(`manifest ${seed % 40}`)),
        layers: LAYERS.slice((seed % 40) % 5, ((seed % 40) % 5) + 1),
        labels: [],
        annotations: {},
        referrerTypes: [],
        attestations: [],
        users: [],
        layerMediaTypes: (seed % 40) % 5 < LAYERS.length ? ['oci_image'] : [],
        basesBehind: 0,
        findings: [],
        isDerivedFrom: () => false,
        pushedAt: new Date(Date.UTC(2026, seed % 12, 1)),
        totalBytes: BigInt(seed % 10) * 1_000n,
      };
    }),
  ),
);

/** What filters of them are made of. */
export const KNOWN_WORDS: FilterWords = {
  registries: REGISTRIES,
  repositories: REPOSITORIES,
  names: NAMES,
  formats: FORMATS,
  mediaTypes: FORMATS,
  digests: knownTags.slice(0, 3).map(({ digest }) => digest),
  layers: LAYERS,
  bases: ['a.example/app:1'],
  labelKeys: ['team'],
  labelValues: ['blue'],
  artifactTypes: ['application/spdx+json'],
  contents: null,
  dates: Array.from({ length: 13 }, (_, month) => new Date(Date.UTC(2026, month, 1))),
  sizes: Array.from({ length: 10 }, (_, thousands) => BigInt(thousands) * 1_000n),
};
