import { ManifestError, formatPlatformName, parseManifest, type Digest, type Manifest } from '@strata/oci';
import type { ImageFixture, ManifestFixture } from '@strata/oci/testing';
import type { World } from './build-world.js';
import { fullName, imagesBelow, isPrefix, known, platformOf } from './world-facts.js';

/** A finding that should be open; `since` only where its kind says since when. */
export interface KnownFinding {
  readonly kind: string;
  /** `registry/repository:tag`, or `registry/repository@digest`. */
  readonly about: string;
  readonly subject: string;
  readonly detail: object | null;
  readonly since: Date | null;
}

/** A tag pointed at something from a moment on; `to` says whether it still does. */
interface Stretch {
  readonly target: ManifestFixture;
  readonly from: Date;
  readonly isOpen: boolean;
}

/** What should be open after all steps of a world, but for policies: plain loops over steps and documents. */
export function findingsOf(world: World): readonly KnownFinding[] {
  const tags = stretchesOf(world);
  return [
    ...[...tags].flatMap(([about, stretches]) => {
      const present = stretches.at(-1);
      if (present?.isOpen !== true) return [];
      return [
        ...lostPlatforms(world, about, stretches, present),
        ...rolledBack(about, stretches, present),
        ...legacy(about, present),
        ...stale(world, about, present, tags),
      ];
    }),
    ...manifestFindings(world),
  ];
}

function stretchesOf(world: World): ReadonlyMap<string, readonly Stretch[]> {
  const tags = new Map<string, Stretch[]>();
  for (const step of world.steps) {
    if (step.kind !== 'tag') continue;
    const name = `${fullName(step.repository)}:${step.tag}`;
    const stretches = tags.get(name) ?? [];
    tags.set(name, stretches);
    const last = stretches.at(-1);
    if (last?.isOpen === true && last.target.digest === step.target?.digest) continue;
    if (last?.isOpen === true) stretches[stretches.length - 1] = { ...last, isOpen: false };
    if (step.target !== null) stretches.push({ target: step.target, from: step.at, isOpen: true });
  }
  return tags;
}

function move(from: Stretch, to: Stretch) {
  const at = to.from.toISOString();
  return { detail: { from: from.target.digest, to: to.target.digest, actor: null, at }, since: to.from };
}

function lostPlatforms(
  world: World,
  about: string,
  stretches: readonly Stretch[],
  present: Stretch,
): readonly KnownFinding[] {
  const has = runsOn(world, present.target);
  const had = new Set(stretches.flatMap(({ target }) => runsOn(world, target)));
  return [...had]
    .filter((platform) => !has.includes(platform))
    .flatMap((subject) => {
      const last = stretches.findLastIndex(({ target }) => runsOn(world, target).includes(subject));
      const [from, to] = [stretches[last], stretches[last + 1]];
      return from && to ? [{ kind: 'platform_lost', about, subject, ...move(from, to) }] : [];
    });
}

function rolledBack(about: string, stretches: readonly Stretch[], present: Stretch): readonly KnownFinding[] {
  const preceding = stretches.at(-2);
  if (preceding === undefined || preceding.target.digest === present.target.digest) return [];
  const isBack = stretches.slice(0, -2).some(({ target }) => target.digest === present.target.digest);
  return isBack ? [{ kind: 'tag_rolled_back', about, subject: '', ...move(preceding, present) }] : [];
}

function legacy(about: string, { target }: Stretch): readonly KnownFinding[] {
  const isLegacy = read(target)?.kind === 'schema1';
  return isLegacy ? [{ kind: 'legacy_format', about, subject: '', detail: null, since: null }] : [];
}

function stale(
  world: World,
  about: string,
  { target }: Stretch,
  tags: ReadonlyMap<string, readonly Stretch[]>,
): readonly KnownFinding[] {
  const images = imagesBelow(world, target);
  const allImages = [...known(world).values()].filter((each): each is ImageFixture => each.kind === 'image');
  const bases = allImages.filter((base) =>
    images.some((image) => base.layers.length < image.layers.length && isPrefix(base, image)),
  );
  const behind = bases.flatMap((base) =>
    [...tags].flatMap(([name, stretches]) => {
      if (repositoryOf(name) === repositoryOf(about)) return [];
      const last = stretches.findLastIndex((one) =>
        imagesBelow(world, one.target).some(({ digest }) => digest === base.digest),
      );
      if (last < 0 || stretches[last]?.isOpen === true) return [];
      const later = stretches.slice(last + 1);
      const since = later[0]?.from.toISOString() ?? '';
      const builds = new Set(later.map((one) => one.target.digest)).size;
      return builds === 0 ? [] : [{ layers: base.layers.length, detail: { base: name, builds, since } }];
    }),
  );
  const [nearest] = behind.sort(
    (a, b) =>
      b.layers - a.layers ||
      b.detail.builds - a.detail.builds ||
      compare(a.detail.since, b.detail.since) ||
      compare(a.detail.base, b.detail.base),
  );
  return nearest ? [{ kind: 'stale_base', about, subject: '', detail: nearest.detail, since: null }] : [];
}

function manifestFindings(world: World): readonly KnownFinding[] {
  const held = new Map<string, Map<Digest, ManifestFixture>>();
  const missing = new Map<string, Set<Digest>>(); // by repository@index
  for (const step of world.steps) {
    const repository = fullName(step.repository);
    const there = held.get(repository) ?? new Map<Digest, ManifestFixture>();
    held.set(repository, there);
    if (step.kind === 'hold')
      for (const manifest of step.manifests) {
        if (!there.has(manifest.digest)) missing.delete(`${repository}@${manifest.digest}`);
        there.set(manifest.digest, manifest);
      }
    if (step.kind !== 'gone' || !there.delete(step.manifest.digest)) continue;
    for (const [digest, manifest] of there) {
      const about = `${repository}@${digest}`;
      const lists = entriesOf(manifest).some(({ descriptor }) => descriptor.digest === step.manifest.digest);
      if (lists) missing.set(about, new Set([...(missing.get(about) ?? []), step.manifest.digest]));
    }
  }
  return [...held].flatMap(([repository, there]) =>
    [...there.values()].flatMap((manifest) => {
      const about = `${repository}@${manifest.digest}`;
      const lacks = [...(missing.get(about) ?? [])].filter((digest) => !there.has(digest));
      return [...invalid(about, manifest), ...broken(about, manifest, lacks), ...mismatched(world, about, manifest)];
    }),
  );
}

function invalid(about: string, manifest: ManifestFixture): readonly KnownFinding[] {
  try {
    parseManifest(manifest.bytes, { contentType: manifest.mediaType, digest: manifest.digest });
    return [];
  } catch (error) {
    if (!(error instanceof ManifestError)) throw error;
    const { code = '', message = '' } = error.problems[0] ?? {};
    return [{ kind: 'invalid_manifest', about, subject: '', detail: { code, message }, since: null }];
  }
}

function broken(about: string, index: ManifestFixture, lacks: readonly Digest[]): readonly KnownFinding[] {
  return lacks.map((subject) => {
    const entry = entriesOf(index).find(({ descriptor }) => descriptor.digest === subject);
    const platform = entry?.platform ? formatPlatformName(entry.platform) : null;
    return { kind: 'broken_index', about, subject, detail: { platform }, since: null };
  });
}

function mismatched(world: World, about: string, index: ManifestFixture): readonly KnownFinding[] {
  const there = known(world);
  const found = entriesOf(index).flatMap(({ kind, descriptor, platform }) => {
    const child = there.get(descriptor.digest);
    if (child?.kind !== 'image' || kind !== 'platform' || platform === null) return [];
    const [listed, config] = [formatPlatformName(platform), platformOf(child)];
    const detail = { index: listed, config };
    return listed === config ? [] : [{ kind: 'platform_mismatch', about, subject: child.digest, detail, since: null }];
  });
  return [...new Map(found.toReversed().map((one) => [one.subject, one])).values()];
}

/** What a client can run, as far as it is known: an index says it of its entries, an image of itself. */
function runsOn(world: World, manifest: ManifestFixture): readonly string[] {
  if (manifest.kind === 'image') return [platformOf(manifest)];
  const document = read(manifest);
  if (document?.kind === 'schema1') return document.platform === null ? [] : [formatPlatformName(document.platform)];
  const there = known(world);
  return entriesOf(manifest).flatMap(({ kind, descriptor, platform }) => {
    if (!['platform', 'index', 'unknown'].includes(kind)) return []; // an attestation runs nowhere
    if (kind === 'platform' && platform !== null) return [formatPlatformName(platform)];
    const child = there.get(descriptor.digest);
    return child === undefined ? [] : runsOn(world, child);
  });
}

type Entries = Extract<Manifest, { readonly kind: 'index' }>['entries'];

function entriesOf(manifest: ManifestFixture): Entries {
  const document = read(manifest);
  return document?.kind === 'index' ? document.entries : [];
}

function read({ bytes, mediaType, digest }: ManifestFixture): Manifest | null {
  try {
    return parseManifest(bytes, { contentType: mediaType, digest });
  } catch (error) {
    if (error instanceof ManifestError) return null;
    throw error;
  }
}

function repositoryOf(reference: string): string {
  return reference.slice(0, reference.lastIndexOf(':'));
}

function compare(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
