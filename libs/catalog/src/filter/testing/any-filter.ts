import type { Digest } from '@strata/oci';
import fc, { type Arbitrary } from 'fast-check';
import { STORED_WORDS } from '../../stored-words.js';
import type { ImageFilter } from '../image-filter.js';
import type { KeyValueFilter } from '../key-value-filter.js';
import type { PlatformFilter } from '../platform-filter.js';
import type { SizeRange, TimeRange } from '../ranges.js';
import type { TagFilter } from '../tag-filter.js';
import type { TextFilter } from '../text-filter.js';
import type { KnownTag } from './known-tag.js';

/** What the things that are asked about are made of: filters of other words would find nothing. */
export interface FilterWords {
  readonly registries: readonly string[];
  readonly repositories: readonly string[];
  readonly names: readonly string[];
  readonly formats: readonly KnownTag['format'][];
  readonly mediaTypes: readonly string[];
  readonly digests: readonly Digest[];
  readonly layers: readonly Digest[];
  /** References and digests. */
  readonly bases: readonly string[];
  readonly labelKeys: readonly string[];
  readonly labelValues: readonly string[];
  readonly artifactTypes: readonly string[];
  /** Of what is in the images; null where nothing is. */
  readonly contents: { readonly users: readonly string[]; readonly layerMediaTypes: readonly string[] } | null;
  readonly dates: readonly Date[];
  readonly sizes: readonly bigint[];
}

const SPECIAL = ['', '/', '%', '_', '\\', '.', '*', '?', '\0', 'é', '(', '[^'];

/** At most `most` of the fields: joined by AND, more of them would leave nothing to find. */
function someOf<T extends object>(
  fields: { readonly [K in keyof T]-?: Arbitrary<T[K]> },
  most: number,
  without: readonly (keyof T)[] = [],
): Arbitrary<T> {
  const all = fc.record<T>(fields);
  const names = fc.subarray(
    Object.keys(fields).filter((name) => !without.some((left) => left === name)),
    { maxLength: most },
  );
  return fc
    .tuple(all, names)
    .map(([full, kept]) => Object.fromEntries(Object.entries(full).filter(([name]) => kept.includes(name))) as T);
}

/** What can be asked about a text that is one of these. */
export function textFilterOf(words: readonly string[]): Arbitrary<TextFilter> {
  const word = fc.constantFrom(...words);
  const piece = fc
    .tuple(word, fc.nat(12), fc.nat(12))
    .map(([text, from, length]) => text.slice(from % (text.length + 1)).slice(0, length)); // random text would match nothing
  const text = fc.oneof(word, piece, fc.constantFrom(...SPECIAL));
  // A word in which some characters have become wildcards.
  const glob = fc
    .tuple(
      word,
      fc.array(fc.tuple(fc.nat(12), fc.nat(3), fc.constantFrom('*', '**', '?', '[', '\\')), { maxLength: 3 }),
    )
    .map(([whole, cuts]) =>
      cuts.reduce((known, [at, length, wildcard]) => known.slice(0, at) + wildcard + known.slice(at + length), whole),
    );
  return fc.letrec<{ textFilter: TextFilter }>((tie) => ({
    textFilter: someOf<TextFilter>(
      {
        eq: text,
        in: fc.array(text, { maxLength: 4 }),
        startsWith: text,
        contains: text,
        glob,
        not: fc.oneof({ maxDepth: 2 }, fc.constant({ eq: '1' }), tie('textFilter')),
      },
      2,
    ),
  })).textFilter;
}

const platformNames = fc.array(
  fc.constantFrom(
    ...['amd64', 'arm64', 'arm', 'armhf', 'x86_64', 's390x'],
    ...['linux/amd64', 'linux/arm64/v8', 'linux/arm', 'linux/arm/v6', 'windows/amd64'],
  ),
  { maxLength: 3 },
);

/** What can be asked about platforms. */
export const platformFilter = someOf<PlatformFilter>(
  { has: platformNames, hasAll: platformNames, lacks: platformNames, hasNone: platformNames, exactly: platformNames },
  2,
);

function keyValuesOf({ labelKeys, labelValues }: FilterWords): Arbitrary<readonly KeyValueFilter[]> {
  const key = fc.constantFrom(...labelKeys, 'nobody has this', 'a\0b');
  const one = fc
    .tuple(key, fc.option(textFilterOf(labelValues), { nil: undefined }))
    .map(([asked, value]): KeyValueFilter => ({ key: asked, value }));
  return fc.array(one, { maxLength: 2 });
}

/** The edges matter, so that the ends are moments and sizes that there are. */
function rangesOf({ dates, sizes }: FilterWords): {
  readonly time: Arbitrary<TimeRange>;
  readonly size: Arbitrary<SizeRange>;
} {
  const date = fc.constantFrom(...dates);
  const bytes = fc.constantFrom(...sizes);
  return { time: someOf({ from: date, to: date }, 2), size: someOf({ min: bytes, max: bytes }, 2) };
}

function contentFilters({ users, layerMediaTypes }: NonNullable<FilterWords['contents']>) {
  return {
    attestation: fc.subarray([...STORED_WORDS.artifact_kind]),
    user: textFilterOf(users),
    layerMediaType: textFilterOf(layerMediaTypes),
    basesBehind: fc.integer({ min: 1, max: 3 }),
    finding: fc.subarray([...STORED_WORDS.finding_kind]),
  };
}

/** Everything that can be asked about tags. */
export function tagFilterOf(words: FilterWords): Arbitrary<TagFilter> {
  const { time, size } = rangesOf(words);
  return fc.letrec<{ tagFilter: TagFilter }>((tie) => {
    const inner = fc.oneof({ maxDepth: 2 }, fc.constant({ name: { eq: '1' } }), tie('tagFilter'));
    return {
      tagFilter: someOf<TagFilter>(
        {
          registry: textFilterOf(words.registries),
          repository: textFilterOf(words.repositories),
          name: textFilterOf(words.names),
          platforms: platformFilter,
          format: fc.subarray([...words.formats]),
          mediaType: fc.array(fc.constantFrom(...words.mediaTypes, 'other', '\0'), { maxLength: 2 }),
          digest: fc.constantFrom(...words.digests),
          layer: fc.constantFrom(...words.layers),
          derivedFrom: fc.constantFrom(...words.bases),
          derivedAsOf: fc.constantFrom(...words.dates),
          labels: keyValuesOf(words),
          annotations: keyValuesOf(words),
          referrer: fc.oneof(fc.constantFrom({ eq: '*' }, { glob: '*' }), textFilterOf(words.artifactTypes)),
          ...contentFilters(words.contents ?? { users: [''], layerMediaTypes: [''] }),
          pushed: time,
          size,
          and: fc.array(inner, { maxLength: 2 }),
          or: fc.array(inner, { minLength: 0, maxLength: 3 }),
          not: inner,
        },
        3,
        words.contents === null ? ['attestation', 'user', 'layerMediaType', 'basesBehind', 'finding'] : [],
      ),
    };
  }).tagFilter;
}

/** Everything that can be asked about images. */
export function imageFilterOf(words: FilterWords): Arbitrary<ImageFilter> {
  const { time, size } = rangesOf(words);
  return someOf<ImageFilter>(
    {
      platform: platformNames,
      layer: fc.constantFrom(...words.layers),
      derivedFrom: fc.constantFrom(...words.bases),
      labels: keyValuesOf(words),
      repository: textFilterOf(words.repositories),
      registry: textFilterOf(words.registries),
      tagged: fc.boolean(),
      format: fc.subarray([...words.formats]),
      pushed: time,
      size,
    },
    3,
  );
}
