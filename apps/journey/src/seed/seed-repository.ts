import { existing, openRandom, type Random } from './random.js';
import { buildAt, SEED_FROM_MS, SEED_TO_MS, stackIn, versionOf, type Bases, type BaseLine } from './seed-bases.js';
import { openOwnLayers, writeBuild, type Build } from './seed-builds.js';
import type { SeedContext } from './seed-context.js';
import type { Stack } from './seed-layers.js';
import type { SeedManifest } from './seed-manifests.js';
import { pickChoice, SEED_PLATFORMS, type PlatformChoice } from './seed-platforms.js';
import { pickStyle } from './seed-style.js';
import type { PlannedRepository } from './plan-repositories.js';
import { openTagBook, type TagBook } from './seed-tags.js';

/** What repositories build on, and for which platforms. */
export interface SeedWorld {
  readonly seed: string;
  readonly bases: Bases;
  /** By namespace: the repositories that others of it build on. */
  readonly ownBases: Map<string, BaseLine>;
  readonly choices: readonly PlatformChoice[];
}

const ACTORS = ['ci', 'release-bot', 'alice', 'bob', 'carol'];
/** Builds per live tag, roughly: some tags are of one build only, others move from build to build. */
const BUILDS_PER_TAG = 0.6;
const BASE_CHOICE: PlatformChoice = [0, 1];

/** Writes a repository: its builds over time, what they are tagged as, and what it holds. */
export function writeRepository(context: SeedContext, world: SeedWorld, plan: PlannedRepository): TagBook {
  const random = openRandom(`${world.seed}/repository/${plan.number}`);
  const repositoryId = context.ids.repository.next();
  const book = openTagBook(context, random, ACTORS);
  const builds = writeBuilds(context, world, plan, random, book);
  if (plan.isBase) world.ownBases.set(plan.namespace, { name: plan.name, builds });
  for (const { manifests, atMs } of builds) placeAll(context, repositoryId, manifests, atMs);
  finishRepository(context, plan, repositoryId, book);
  return book;
}

/** Says that the repository holds these manifests. */
export function placeAll(
  { sink }: SeedContext,
  repositoryId: number,
  manifests: Iterable<SeedManifest>,
  atMs: number,
): void {
  for (const { id } of manifests) sink.row('repository_manifest', [repositoryId, id, atMs, 'event']);
}

/** Writes the tags and the row of the repository itself. */
export function finishRepository(
  context: SeedContext,
  plan: Pick<PlannedRepository, 'host' | 'name'>,
  repositoryId: number,
  book: TagBook,
): void {
  const updatedMs = book.write(repositoryId, `${plan.host}/${plan.name}`);
  context.sink.row('repository', [repositoryId, existing(context.registries.get(plan.host)), plan.name, updatedMs]);
}

function writeBuilds(
  context: SeedContext,
  world: SeedWorld,
  plan: PlannedRepository,
  random: Random,
  book: TagBook,
): readonly Build[] {
  const style = pickStyle(plan, random);
  const base = baseFor(world, plan, random);
  const own = openOwnLayers(context, random, { family: style.family, usual: 3 + random.integer(5) });
  let choice = plan.isBase ? BASE_CHOICE : pickChoice(random, world.choices);
  const builds: Build[] = [];
  let atMs = SEED_FROM_MS + Math.floor(random.float() ** 2 * (SEED_TO_MS - SEED_FROM_MS) * 0.8);
  const stepMs = (SEED_TO_MS - atMs) / (1 + plan.liveTags * BUILDS_PER_TAG * 1.3);
  while (book.liveCount() < plan.liveTags) {
    const builtMs = atMs;
    const version = versionOf(builds.length);
    const stackOf = (platform: number): Stack => own.stackOn(platform, base(platform, builtMs));
    const build = writeBuild(context, random, style, { choice, stackOf, version, atMs: builtMs });
    builds.push(build);
    tagBuild(book, random, plan, build, version);
    if (random.chance(0.02)) choice = pickChoice(random, world.choices);
    atMs += Math.ceil(stepMs * (0.3 + 1.4 * random.float())) + 60_000;
  }
  return builds;
}

/**
 * The floating tags move to each build; the others are made with it, what cosign tags last, and an old one is deleted now
 * and then. Once a repository is full only the floating ones move.
 */
function tagBuild(
  book: TagBook,
  random: Random,
  { liveTags }: PlannedRepository,
  { top, companion, atMs }: Build,
  version: string,
): void {
  const [major = ''] = version.split('.');
  const fresh = [version, 'latest', major, ...(random.chance(0.55) ? [`sha-${random.hex(8).slice(0, 7)}`] : [])];
  for (const name of fresh) if (book.has(name) || book.liveCount() < liveTags) book.point(name, top, atMs);
  if (companion !== null && book.liveCount() < liveTags) book.point(companion.tag, companion.manifest, atMs);
  const number = Number(version.split('.').join(''));
  const old = versionOf(number - 20 - 6);
  if (number > 26 && random.chance(0.06) && book.has(old)) book.remove(old, atMs);
}

/** Which base a repository builds on, as it stood at a moment; what a base of one's own lacks comes from a well-known one. */
function baseFor(
  { bases, ownBases }: SeedWorld,
  plan: PlannedRepository,
  random: Random,
): (platform: number, atMs: number) => Stack {
  const wellKnown = pickLine(bases, random);
  const ours = !plan.isBase && random.chance(0.4) ? (ownBases.get(plan.namespace) ?? null) : null;
  return (platform, atMs) => {
    if (SEED_PLATFORMS[platform]?.os === 'windows') return stackIn(buildAt(bases.windows, atMs), platform);
    const line = ours !== null && BASE_CHOICE.includes(platform) ? ours : wellKnown;
    const build = buildAt(line, atMs);
    const has = build.images.some((image) => image.platform === platform);
    return stackIn(has ? build : buildAt(wellKnown, atMs), platform);
  };
}

function pickLine({ linux }: Bases, random: Random): BaseLine {
  let left = random.float() * linux.reduce((sum, [share]) => sum + share, 0);
  const found = linux.find(([share]) => (left -= share) < 0) ?? linux[0];
  if (found === undefined) throw new Error('there is no base');
  return found[1];
}
