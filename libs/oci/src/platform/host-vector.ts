import { normalizePlatform } from './normalize-platform.js';
import type { Platform } from './platform.js';
import { runsWindowsVersion } from './windows-version.js';

/** The newest 8.x whose code a 9.y runs is 8.(y+5), and 8.9 is the last there is (containerd/platforms, compare.go). */
const ARM64_MINORS = { 8: 9, 9: 7 } as const;
/** Levels below the host's own that are worth naming; beyond the real ones (amd64/v4, arm/v8) it is a ceiling on work. */
const MAX_LEVELS = 16;

/**
 * What containerd on a host takes, best first: the host's own platform, then what the same processor also runs
 * (containerd/platforms, compare.go and defaults_*.go). Windows hosts run their own platform only; darwin and FreeBSD
 * ones also Linux of their architecture. Empty for an arm64 variant that containerd does not know.
 */
export function hostVector(host: Platform): readonly Platform[] {
  switch (host.os) {
    case 'windows':
      return [host];
    case 'darwin':
      return [host, ...as(host, 'linux', host.architecture, null)];
    case 'freebsd':
      return [host, ...as(host, 'linux', host.architecture, host.variant)];
    default:
      return variants(host).flatMap(([architecture, variant]) => as(host, host.os, architecture, variant));
  }
}

/** Where in a host's vector a platform stands; -1 where containerd would not take it. */
export function vectorPosition(vector: readonly Platform[], platform: Platform): number {
  return vector.findIndex((wanted) => takes(wanted, platform));
}

function takes(wanted: Platform, platform: Platform): boolean {
  const isWindows = wanted.os === 'windows';
  const features = platform.osFeatures.filter((feature) => !(isWindows && feature === 'win32k'));
  return (
    wanted.os === platform.os &&
    wanted.architecture === platform.architecture &&
    wanted.variant === platform.variant &&
    (!isWindows || runsWindowsVersion(wanted.osVersion, platform.osVersion)) &&
    features.every((feature) => wanted.osFeatures.includes(feature))
  );
}

function as(host: Platform, os: string, architecture: string, variant: string | null): readonly Platform[] {
  const platform = normalizePlatform({ ...host, os, architecture, variant });
  return platform === null ? [] : [platform];
}

type Variant = readonly [architecture: string, variant: string | null];

function variants({ architecture, variant }: Platform): readonly Variant[] {
  const own: Variant = [architecture, variant];
  switch (architecture) {
    case 'amd64':
      return [own, ...levelsBelow('amd64', variant, 1), ['386', null]];
    case 'arm':
      return [own, ...levelsBelow('arm', variant, 5)];
    case 'arm64':
      return arm64Variants(variant ?? 'v8');
    default:
      return [own];
  }
}

/** `v7` gives v6 and v5 when `last` is 5. */
function levelsBelow(architecture: string, variant: string | null, last: number): readonly Variant[] {
  const level = /^v([0-9]{1,4})$/.exec(variant ?? '')?.[1];
  const count = level === undefined ? 0 : Math.min(Math.max(Number(level) - last, 0), MAX_LEVELS);
  return Array.from({ length: count }, (_, step) => [architecture, `v${Number(level) - 1 - step}`]);
}

function arm64Variants(variant: string): readonly Variant[] {
  const [, major, minor = '0'] = /^v([89])(?:\.([0-9]))?$/.exec(variant) ?? [];
  if (major === undefined || Number(minor) > ARM64_MINORS[major === '8' ? 8 : 9]) return [];
  const newest = Number(minor);
  const own = major === '9' ? arm64Minors(9, newest) : [];
  const eight = arm64Minors(8, major === '9' ? Math.min(newest + 5, ARM64_MINORS[8]) : newest);
  return [...own, ...eight, ['arm', 'v8'], ...levelsBelow('arm', 'v8', 5)];
}

function arm64Minors(major: 8 | 9, newest: number): readonly Variant[] {
  return Array.from({ length: newest + 1 }, (_, step) => ['arm64', `v${major}.${newest - step}`]);
}
