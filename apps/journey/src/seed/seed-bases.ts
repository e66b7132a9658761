import { existing, openRandom, type Random } from './random.js';
import { openOwnLayers, rootStack, writeBuild, type Build } from './seed-builds.js';
import type { SeedContext } from './seed-context.js';
import { writeLayer, type SeedLayer, type Stack } from './seed-layers.js';
import { TYPES } from './seed-manifests.js';
import { LINUX_CHOICE, WINDOWS_CHOICE, type PlatformChoice } from './seed-platforms.js';
import type { BuildStyle } from './seed-style.js';

/** The builds of one base over time, oldest first. */
export interface BaseLine {
  readonly name: string;
  readonly builds: readonly Build[];
}

/** The bases that others build on, each with its share of the repositories. */
export interface Bases {
  readonly linux: readonly (readonly [share: number, line: BaseLine])[];
  readonly windows: BaseLine;
}

/** When the catalog begins and ends: the same on every machine and in every year. */
export const SEED_FROM_MS = Date.UTC(2023, 10, 1);
export const SEED_TO_MS = Date.UTC(2026, 10, 1);

const MB = 1_000_000;

/** Root filesystems. Their first layer changes with a release, so it is in a great many images. */
const ROOTS = [
  { name: 'debian', share: 0.2, releases: 2, sizeMb: 48, updates: true },
  { name: 'alpine', share: 0.1, releases: 6, sizeMb: 3.4, updates: false },
  { name: 'ubuntu', share: 0.05, releases: 3, sizeMb: 29, updates: true },
  { name: 'ubi', share: 0.05, releases: 3, sizeMb: 38, updates: true },
] as const;

/** What languages put on them. */
const LANGUAGES = [
  { name: 'node', on: 'debian', share: 0.17, layers: 3 },
  { name: 'python', on: 'debian', share: 0.16, layers: 3 },
  { name: 'golang', on: 'alpine', share: 0.1, layers: 2 },
  { name: 'java', on: 'ubuntu', share: 0.12, layers: 2 },
  { name: 'nginx', on: 'debian', share: 0.05, layers: 3 },
] as const;

/** Distributions leave the user to whoever builds on them. */
const STYLE = { family: 'docker', annotations: {}, user: null, alwaysIndexes: true, attests: [], signs: null } as const;

/** Writes the builds of every well-known base; `place` gets each line when it is complete. */
export function writeBases(context: SeedContext, seed: string, count: number, place: (line: BaseLine) => void): Bases {
  const lines = new Map<string, BaseLine>();
  const linux: [number, BaseLine][] = [];
  const keep = (name: string, share: number, builds: readonly Build[]): void => {
    const line = { name, builds };
    lines.set(name, line);
    if (share > 0) linux.push([share, line]);
    place(line);
  };
  for (const { name, share, ...root } of ROOTS) {
    const random = openRandom(`${seed}/base/${name}`);
    keep(name, share, rootBuilds(context, random, name, { ...root, count, choice: LINUX_CHOICE }));
  }
  for (const { name, on, share, layers } of LANGUAGES) {
    const random = openRandom(`${seed}/base/${name}`);
    const own = openOwnLayers(context, random, { family: STYLE.family, usual: layers - 1 });
    const builds = existing(lines.get(on)).builds.map((below, index) => {
      const stackOf = (platform: number): Stack => own.stackOn(platform, stackIn(below, platform));
      const atMs = below.atMs + 3_600_000 * (1 + random.integer(20));
      return writeBuild(context, random, styleOf(name), {
        choice: LINUX_CHOICE,
        stackOf,
        version: versionOf(index),
        atMs,
      });
    });
    keep(name, share, builds);
  }
  const random = openRandom(`${seed}/base/nanoserver`);
  const windows = { releases: count, sizeMb: 120, updates: false, count, choice: WINDOWS_CHOICE };
  keep('nanoserver', 0, rootBuilds(context, random, 'nanoserver', windows));
  return { linux, windows: existing(lines.get('nanoserver')) };
}

/** The build of a line that was the newest at a moment; the first one before there was any. */
export function buildAt({ builds }: BaseLine, atMs: number): Build {
  return builds.findLast((build) => build.atMs <= atMs) ?? existing(builds[0]);
}

/** What a build has for a platform. */
export function stackIn({ images }: Build, platform: number): Stack {
  return existing(images.find((image) => image.platform === platform)).stack;
}

/** Years and numbers, as bases are tagged. */
export function versionOf(index: number): string {
  return `${2 + Math.floor(index / 10)}.${index % 10}`;
}

function styleOf(name: string): BuildStyle {
  return { ...STYLE, title: name, labels: { 'org.opencontainers.image.vendor': 'Base images' } };
}

function rootBuilds(
  context: SeedContext,
  random: Random,
  name: string,
  options: {
    readonly count: number;
    readonly releases: number;
    readonly sizeMb: number;
    readonly updates: boolean;
    readonly choice: PlatformChoice;
  },
): readonly Build[] {
  const { count, releases, sizeMb, updates, choice } = options;
  const { layer: mediaType } = TYPES[STYLE.family];
  const layer = (medianMb: number): SeedLayer =>
    writeLayer(context, random, { mediaType, sizeBytes: random.skewed(medianMb * MB) });
  const roots = new Map<string, SeedLayer>();
  return Array.from({ length: count }, (_, index) => {
    const release = Math.floor((index * releases) / count);
    const atMs = SEED_FROM_MS + Math.floor(((SEED_TO_MS - SEED_FROM_MS) * index) / count) + random.integer(86_400_000);
    const stackOf = (platform: number): Stack => {
      const key = `${release}/${platform}`;
      const root = roots.get(key) ?? layer(sizeMb);
      roots.set(key, root);
      return rootStack(root, updates ? layer(2) : null);
    };
    return writeBuild(context, random, styleOf(name), { choice, stackOf, version: versionOf(index), atMs });
  });
}
