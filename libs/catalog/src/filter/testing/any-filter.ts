import fc, { type Arbitrary } from 'fast-check';
import type { TagFilter } from '../tag-filter.js';
import type { TextFilter } from '../text-filter.js';
import { FORMATS, knownTags, LAYERS, NAMES, REGISTRIES, REPOSITORIES } from './known-tags.js';

const SPECIAL = ['', '/', '%', '_', '\\', '.', '*', '?', '\0', 'é', '(', '[^'];

const word = fc.constantFrom(...NAMES, ...REPOSITORIES, ...REGISTRIES);

/** A whole word, or a piece of one: random text would match nothing. */
const piece = fc
  .tuple(word, fc.nat(12), fc.nat(12))
  .map(([text, from, length]) => text.slice(from % text.length, (from % text.length) + length));
const text = fc.oneof(word, piece, fc.constantFrom(...SPECIAL));

/** A word in which some characters have become wildcards. */
const glob = fc
  .tuple(word, fc.array(fc.tuple(fc.nat(12), fc.nat(3), fc.constantFrom('*', '**', '?', '[', '\\')), { maxLength: 3 }))
  .map(([whole, cuts]) =>
    cuts.reduce((known, [at, length, wildcard]) => known.slice(0, at) + wildcard + known.slice(at + length), whole),
  );

/** At most `most` of the fields: joined by AND, more of them would leave nothing to find. */
function someOf<T extends object>(fields: { readonly [K in keyof T]-?: Arbitrary<T[K]> }, most: number): Arbitrary<T> {
  const all = fc.record<T>(fields);
  const names = fc.subarray(Object.keys(fields), { maxLength: most });
  return fc
    .tuple(all, names)
    .map(([full, kept]) => Object.fromEntries(Object.entries(full).filter(([name]) => kept.includes(name))) as T);
}

/** What can be asked about a text. */
export const { textFilter } = fc.letrec<{ textFilter: TextFilter }>((tie) => ({
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
}));

const platformNames = fc.array(
  fc.constantFrom(
    ...['amd64', 'arm64', 'arm', 'armhf', 'x86_64', 's390x'],
    ...['linux/amd64', 'linux/arm64/v8', 'linux/arm', 'linux/arm/v6', 'windows/amd64'],
  ),
  { maxLength: 3 },
);

/** What can be asked about platforms. */
export const platformFilter = someOf<NonNullable<TagFilter['platforms']>>(
  { has: platformNames, hasAll: platformNames, lacks: platformNames, hasNone: platformNames, exactly: platformNames },
  2,
);

const date = fc.integer({ min: 0, max: 13 }).map((month) => new Date(Date.UTC(2026, month, 1)));
const bytes = fc.nat(10).map((thousands) => BigInt(thousands) * 1_000n); // the tags' own sizes: their edges matter

/** Everything that can be asked about tags. */
export const { tagFilter } = fc.letrec<{ tagFilter: TagFilter }>((tie) => {
  const inner = fc.oneof({ maxDepth: 2 }, fc.constant({ name: { eq: '1' } }), tie('tagFilter'));
  return {
    tagFilter: someOf<TagFilter>(
      {
        registry: textFilter,
        repository: textFilter,
        name: textFilter,
        platforms: platformFilter,
        format: fc.subarray([...FORMATS]),
        mediaType: fc.array(fc.constantFrom(...FORMATS, 'other', '\0'), { maxLength: 2 }),
        digest: fc.constantFrom(...knownTags.slice(0, 3).map(({ digest }) => digest)),
        layer: fc.constantFrom(...LAYERS),
        pushed: someOf({ from: date, to: date }, 2),
        size: someOf({ min: bytes, max: bytes }, 2),
        and: fc.array(inner, { maxLength: 2 }),
        or: fc.array(inner, { minLength: 0, maxLength: 3 }),
        not: inner,
      },
      3,
    ),
  };
});
