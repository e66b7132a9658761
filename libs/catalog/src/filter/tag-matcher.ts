import type { PlatformSets } from '../platform/find-platform-sets.js';
import { derivationKey } from './asked-facts.js';
import { anyGiven, type KeyValueFilter } from './key-value-filter.js';
import { decidePlatforms } from './platform-filter.js';
import { asksAny } from './referrer.js';
import { whenGiven } from './sql.js';
import type { TagFacts } from './tag-facts.js';
import type { TagFilter } from './tag-filter.js';
import { textMatcher } from './text-matcher.js';

/** Decides about one tag what `compileTagFilter` makes a condition of; properties hold the two together. */
export type TagMatcher = (tag: TagFacts) => boolean;

/** Makes one of a filter, for any number of tags. Throws `PlatformNameError`. */
export function tagMatcher(filter: TagFilter, sets: PlatformSets): TagMatcher {
  const conditions = [...ownConditions(filter, sets), ...contentConditions(filter), ...logicOf(filter, sets)];
  return (tag) => conditions.every((holds) => holds(tag));
}

function logicOf({ and, or, not }: TagFilter, sets: PlatformSets): readonly TagMatcher[] {
  const inner = (next: TagFilter): TagMatcher => tagMatcher(next, sets);
  return [
    ...given(and, (all) => every(all.map(inner))),
    ...given(or, (any) => some(any.map(inner))),
    ...given(not, (next) => negated(inner(next))),
  ];
}

function ownConditions(filter: TagFilter, sets: PlatformSets): readonly TagMatcher[] {
  const { registry, repository, name, platforms, format, pushed, size } = filter;
  return [
    ...given(registry, (text) => by(textMatcher(text), (tag) => tag.registry)),
    ...given(repository, (text) => by(textMatcher(text), (tag) => tag.repository)),
    ...given(name, (text) => by(textMatcher(text), (tag) => tag.name)),
    ...given(platforms, (asked) => isOneOf(decidePlatforms(asked, sets), (tag) => tag.platformSetId)),
    ...given(format, (formats) => isOneOf(formats, (tag) => tag.format)),
    ...given(pushed?.from, (from) => (tag) => tag.pushedAt >= from),
    ...given(pushed?.to, (to) => (tag) => tag.pushedAt < to),
    ...given(size?.min, (min) => (tag) => tag.totalBytes >= min),
    ...given(size?.max, (max) => (tag) => tag.totalBytes <= max),
  ];
}

function contentConditions(filter: TagFilter): readonly TagMatcher[] {
  return [
    ...given(filter.mediaType, (names) => isOneOf(names, (tag) => tag.mediaType)),
    ...given(filter.digest, (digest) => (tag) => tag.digest === digest),
    ...given(anyGiven(filter.annotations), (all) => by(textsMatcher(all), (tag) => tag.annotations)),
    ...given(filter.layer, (layer) => (tag) => tag.layers.has(layer)),
    ...given(filter.layerMediaType, (type) => has(textMatcher(type), (tag) => tag.layerTypes)),
    ...given(filter.derivedFrom, () => {
      const key = derivationKey(filter);
      return (tag) => tag.derivedFrom.has(key);
    }),
    ...given(filter.basesBehind, (builds) => (tag) => tag.basesBehind >= Math.max(builds, 1)),
    ...given(anyGiven(filter.labels), (all) => {
      const isLabelled = textsMatcher(all);
      return (tag) => tag.configs.some(({ labels }) => isLabelled(labels));
    }),
    ...given(filter.user, (text) => {
      const isSuch = textMatcher(text);
      return (tag) => tag.configs.some(({ user }) => isSuch(user));
    }),
    ...given(filter.referrer, (type) => {
      const isSuch = textMatcher(type);
      if (asksAny(type)) return (tag) => tag.referrers.length > 0;
      return (tag) => tag.referrers.some((name) => name !== null && isSuch(name));
    }),
    ...given(filter.attestation, (kinds) => has(among(kinds), (tag) => tag.attestations)),
    ...given(filter.finding, (kinds) => has(among(kinds), (tag) => tag.findings)),
  ];
}

function textsMatcher(asked: readonly KeyValueFilter[]): (texts: Readonly<Record<string, string>>) => boolean {
  const conditions = asked.map(({ key, value }) => ({ key, isSuch: textMatcher(value ?? {}) }));
  return (texts) => conditions.every(({ key, isSuch }) => Object.hasOwn(texts, key) && isSuch(texts[key] ?? ''));
}

/** For matchers, so that what each is given is known. */
const given: <T>(asked: T | null | undefined, matcher: (asked: T) => TagMatcher) => readonly TagMatcher[] = whenGiven;

function by<T>(decide: (value: T) => boolean, of: (tag: TagFacts) => T): TagMatcher {
  return (tag) => decide(of(tag));
}

function has<T>(decide: (value: T) => boolean, of: (tag: TagFacts) => Iterable<T>): TagMatcher {
  return (tag) => {
    for (const value of of(tag)) if (decide(value)) return true;
    return false;
  };
}

function isOneOf<T>(values: readonly T[], of: (tag: TagFacts) => T): TagMatcher {
  return by(among(values), of);
}

function among<T>(values: readonly T[]): (value: T) => boolean {
  const all = new Set(values);
  return (value) => all.has(value);
}

function every(matchers: readonly TagMatcher[]): TagMatcher {
  return (tag) => matchers.every((holds) => holds(tag));
}

function some(matchers: readonly TagMatcher[]): TagMatcher {
  return (tag) => matchers.some((holds) => holds(tag));
}

function negated(matcher: TagMatcher): TagMatcher {
  return (tag) => !matcher(tag);
}
