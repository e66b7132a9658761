import { normalizePlatform, parsePlatformName, type Platform } from '@strata/oci';
import type { TagFilter } from '../tag-filter.js';
import type { TextFilter } from '../text-filter.js';
import type { KeyValueFilter } from '../key-value-filter.js';
import type { KnownTag } from './known-tag.js';

/** Whether a filter means this text. */
export function textMatches(text: string, { eq, in: among, startsWith, contains, glob, not }: TextFilter): boolean {
  return (
    (isAbsent(eq) || text === eq) &&
    (isAbsent(among) || among.includes(text)) &&
    (isAbsent(startsWith) || text.startsWith(startsWith)) &&
    (isAbsent(contains) || text.includes(contains)) &&
    (isAbsent(glob) || globMatches([...text], [...glob])) &&
    (isAbsent(not) || !textMatches(text, not))
  );
}

function globMatches(text: readonly string[], glob: readonly string[]): boolean {
  const [wanted, ...rest] = glob;
  if (wanted === undefined) return text.length === 0;
  if (wanted === '*') {
    const stars = glob.findIndex((word) => word !== '*');
    const count = stars < 0 ? glob.length : stars;
    const after = glob.slice(count);
    for (let taken = 0; taken <= text.length; taken += 1) {
      if (count === 1 && text.slice(0, taken).includes('/')) return false;
      if (globMatches(text.slice(taken), after)) return true;
    }
    return false;
  }
  const [first, ...others] = text;
  if (first === undefined) return false;
  return (wanted === '?' ? first !== '/' : first === wanted) && globMatches(others, rest);
}

/** Whether a canonical platform is one that these words mean. */
export function runsOn(platform: string, asked: string): boolean {
  const { os, architecture, variant, osVersion } = platformOf(platform);
  const pattern = parsePlatformName(asked);
  return (
    (pattern.os ?? os) === os &&
    pattern.architecture === architecture &&
    (pattern.variant === 'any' || pattern.variant.is === variant) &&
    (pattern.osVersion ?? osVersion) === osVersion
  );
}

function platformsMatch(
  platforms: readonly string[],
  { has, hasAll, lacks, hasNone, exactly }: NonNullable<TagFilter['platforms']>,
): boolean {
  const isThere = (asked: string): boolean => platforms.some((platform) => runsOn(platform, asked));
  const asksNothing = [has, hasAll, lacks, hasNone, exactly].every(isAbsent);
  if (platforms.length === 0 && !asksNothing && exactly?.length !== 0) return false;
  return (
    (isAbsent(has) || has.some(isThere)) &&
    (isAbsent(hasAll) || hasAll.every(isThere)) &&
    (isAbsent(lacks) || lacks.some((asked) => !isThere(asked))) &&
    (isAbsent(hasNone) || !hasNone.some(isThere)) &&
    (isAbsent(exactly) ||
      (exactly.every(isThere) && platforms.every((platform) => exactly.some((asked) => runsOn(platform, asked)))))
  );
}

/** Whether a filter means this tag: the same questions as the compiler's, asked one tag at a time in other words. */
export function tagMatches(tag: KnownTag, filter: TagFilter): boolean {
  const { registry, repository, name, platforms, format, mediaType, digest, layer, pushed, size, and, or, not } =
    filter;
  const {
    derivedFrom,
    derivedAsOf = null,
    labels,
    annotations,
    referrer,
    attestation,
    user,
    layerMediaType,
    basesBehind,
    finding,
  } = filter;
  return (
    (isAbsent(registry) || textMatches(tag.registry, registry)) &&
    (isAbsent(repository) || textMatches(tag.repository, repository)) &&
    (isAbsent(name) || textMatches(tag.name, name)) &&
    (isAbsent(platforms) || platformsMatch(tag.platforms, platforms)) &&
    (isAbsent(format) || format.includes(tag.format)) &&
    (isAbsent(mediaType) || mediaType.includes(tag.mediaType)) &&
    (isAbsent(digest) || tag.digest === digest) &&
    (isAbsent(layer) || tag.layers.includes(layer)) &&
    (isAbsent(derivedFrom) || tag.isDerivedFrom(derivedFrom, derivedAsOf)) &&
    (isAbsent(labels) || labels.length === 0 || tag.labels.some((image) => labelsMatch(image, labels))) &&
    (isAbsent(annotations) || labelsMatch(tag.annotations, annotations)) &&
    (isAbsent(referrer) || tag.referrerTypes.some((type) => isStar(referrer) || textMatches(type, referrer))) &&
    (isAbsent(attestation) || tag.attestations.some((kind) => attestation.includes(kind))) &&
    (isAbsent(user) || tag.users.some((name) => textMatches(name, user))) &&
    (isAbsent(layerMediaType) || tag.layerMediaTypes.some((type) => textMatches(type, layerMediaType))) &&
    (isAbsent(basesBehind) || tag.basesBehind >= Math.max(basesBehind, 1)) &&
    (isAbsent(finding) || tag.findings.some((kind) => finding.includes(kind))) &&
    (isAbsent(pushed?.from) || tag.pushedAt >= pushed.from) &&
    (isAbsent(pushed?.to) || tag.pushedAt < pushed.to) &&
    (isAbsent(size?.min) || tag.totalBytes >= size.min) &&
    (isAbsent(size?.max) || tag.totalBytes <= size.max) &&
    (isAbsent(and) || and.every((each) => tagMatches(tag, each))) &&
    (isAbsent(or) || or.some((each) => tagMatches(tag, each))) &&
    (isAbsent(not) || !tagMatches(tag, not))
  );
}

/** Whether all of these are among some labels. */
export function labelsMatch(labels: Readonly<Record<string, string>>, asked: readonly KeyValueFilter[]): boolean {
  return asked.every(({ key, value }) => {
    const found = Object.entries(labels).find(([name]) => name === key)?.[1];
    return found !== undefined && (isAbsent(value) || textMatches(found, value));
  });
}

function isStar({ eq, glob, ...others }: TextFilter): boolean {
  return Object.values(others).every(isAbsent) && [eq, glob].every((asked) => isAbsent(asked) || asked === '*');
}

/** The platform of a canonical name. */
export function platformOf(name: string): Platform {
  const [words = '', osVersion = null] = name.split(':');
  const [os = '', architecture = '', variant = null] = words.split('/');
  const platform = normalizePlatform({ os, architecture, variant, osVersion });
  if (platform === null) throw new Error(`${name} is no platform`);
  return platform;
}

function isAbsent(asked: unknown): asked is null | undefined {
  return asked === null || asked === undefined;
}
