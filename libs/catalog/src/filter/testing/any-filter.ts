import fc from 'fast-check';
import type { TagFilter } from '../tag-filter.js';
import type { TextFilter } from '../text-filter.js';
import { FORMATS, knownTags, LAYERS, NAMES, REGISTRIES, REPOSITORIES } from './known-tags.js';

const SPECIAL = ['', '/', '%', '_', '\\', '.', '*', '?', '\0', 'é', '(', '[^'];

const text = fc.oneof(
  fc.constantFrom(...NAMES, ...REPOSITORIES, ...REGISTRIES, ...SPECIAL),
  fc.string({ maxLength: 4 }),
);

const glob = fc
  .array(fc.oneof(fc.constantFrom('*', '**', '?', '/', 'team', 'app', '1', 'v', 'l', 'example'), text), {
    maxLength: 4,
  })
  .map((parts) => parts.join(''));

const optional: { readonly requiredKeys: [] } = { requiredKeys: [] };

/** What can be asked about a text. */
export const { textFilter } = fc.letrec<{ textFilter: TextFilter }>((tie) => ({
  textFilter: fc.record(
    {
      eq: text,
      in: fc.array(text, { maxLength: 4 }),
      startsWith: text,
      contains: text,
      glob,
      not: fc.oneof({ maxDepth: 2 }, fc.constant({}), tie('textFilter')),
    },
    optional,
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
export const platformFilter = fc.record(
  { has: platformNames, hasAll: platformNames, lacks: platformNames, hasNone: platformNames, exactly: platformNames },
  optional,
);

const date = fc.integer({ min: 0, max: 13 }).map((month) => new Date(Date.UTC(2026, month, 1)));
const bytes = fc.bigInt(0n, 10_000n);

/** Everything that can be asked about tags. */
export const { tagFilter } = fc.letrec<{ tagFilter: TagFilter }>((tie) => {
  const inner = fc.oneof({ maxDepth: 2 }, fc.constant({}), tie('tagFilter'));
  return {
    tagFilter: fc.record(
      {
        registry: textFilter,
        repository: textFilter,
        name: textFilter,
        platforms: platformFilter,
        format: fc.subarray([...FORMATS]),
        mediaType: fc.array(fc.constantFrom(...FORMATS, 'other', '\0'), { maxLength: 2 }),
        digest: fc.constantFrom(...knownTags.slice(0, 3).map(({ digest }) => digest)),
        layer: fc.constantFrom(...LAYERS),
        pushed: fc.record({ from: date, to: date }, optional),
        size: fc.record({ min: bytes, max: bytes }, optional),
        and: fc.array(inner, { maxLength: 2 }),
        or: fc.array(inner, { maxLength: 2 }),
        not: inner,
      },
      optional,
    ),
  };
});
