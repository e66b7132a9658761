import { matchesPlatform, parsePlatformName, type Platform } from '@strata/oci';

/** Asks what a client can run, in names as people write them; fields are joined by AND. */
export interface PlatformFilter {
  readonly has?: readonly string[] | null | undefined;
  readonly hasAll?: readonly string[] | null | undefined;
  readonly lacks?: readonly string[] | null | undefined;
  readonly hasNone?: readonly string[] | null | undefined;
  readonly exactly?: readonly string[] | null | undefined;
}

/** Answers for one set of platforms. */
type Decision = (set: readonly Platform[]) => boolean;

/**
 * Picks the sets that a filter accepts. A set without platforms belongs to charts, signatures and the like: they
 * run nowhere, so they are in no list of what lacks a platform; only `exactly: []` asks for them.
 * Throws `PlatformNameError` for a name that is none.
 */
export function decidePlatforms(
  filter: PlatformFilter,
  sets: ReadonlyMap<number, readonly Platform[]>,
): readonly number[] {
  const decisions = decisionsOf(filter);
  const asksForNothing = filter.exactly?.length === 0;
  return [...sets]
    .filter(
      ([, set]) =>
        (set.length > 0 || asksForNothing || decisions.length === 0) && decisions.every((decide) => decide(set)),
    )
    .map(([id]) => id);
}

function decisionsOf(filter: PlatformFilter): readonly Decision[] {
  return [
    ...decision(filter.has, (set, asked) => asked.some((name) => set.some(name))),
    ...decision(filter.hasAll, (set, asked) => asked.every((name) => set.some(name))),
    ...decision(filter.lacks, (set, asked) => asked.some((name) => !set.some(name))),
    ...decision(filter.hasNone, (set, asked) => !asked.some((name) => set.some(name))),
    ...decision(
      filter.exactly,
      (set, asked) =>
        asked.every((name) => set.some(name)) && set.every((platform) => asked.some((name) => name(platform))),
    ),
  ];
}

type Matcher = (platform: Platform) => boolean;

function decision(
  names: readonly string[] | null | undefined,
  decide: (set: readonly Platform[], asked: readonly Matcher[]) => boolean,
): readonly Decision[] {
  if (names === null || names === undefined) return [];
  const asked = names.map(platformMatcher);
  return [(set) => decide(set, asked)];
}

/** What a name accepts: `arm64` every operating system and variant, `linux/arm64` just that. Throws `PlatformNameError`. */
export function platformMatcher(name: string): Matcher {
  const query = parsePlatformName(name);
  return (platform) => matchesPlatform(query, platform);
}
