import type { PlatformWords } from '@strata/oci';
import { openRandom, existing, type Random } from './random.js';

/** The platforms of the made-up catalog, in the words in which builders write them. */
export const SEED_PLATFORMS: readonly PlatformWords[] = [
  { os: 'linux', architecture: 'amd64' },
  { os: 'linux', architecture: 'arm64', variant: 'v8' },
  { os: 'linux', architecture: 'arm', variant: 'v7' },
  { os: 'linux', architecture: 'arm', variant: 'v6' },
  { os: 'linux', architecture: '386' },
  { os: 'linux', architecture: 'ppc64le' },
  { os: 'linux', architecture: 's390x' },
  { os: 'linux', architecture: 'riscv64' },
  { os: 'linux', architecture: 'mips64le' },
  { os: 'linux', architecture: 'loong64' },
  { os: 'windows', architecture: 'amd64', osVersion: '10.0.17763.5329' },
  { os: 'windows', architecture: 'amd64', osVersion: '10.0.20348.2227' },
  { os: 'windows', architecture: 'amd64', osVersion: '10.0.26100.1742' },
];

/** Positions in `SEED_PLATFORMS`, ascending. */
export type PlatformChoice = readonly number[];

const AMD64 = 0;

/** What most repositories build for, with the share of repositories that do. */
const USUAL: readonly (readonly [share: number, choice: PlatformChoice])[] = [
  [0.45, [0]],
  [0.28, [0, 1]],
  [0.03, [1]],
  [0.06, [0, 1, 2]],
  [0.03, [0, 1, 5, 6]],
  [0.01, [0, 1, 2, 3, 4, 5, 6, 7]],
  [0.02, [0, 10, 11]],
  [0.01, [11]],
];
const ALL_CHOICES = 200;

/** Linux everywhere: what the well-known bases are built for. */
export const LINUX_CHOICE: PlatformChoice = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];
export const WINDOWS_CHOICE: PlatformChoice = [10, 11, 12];

/** Every choice of platforms that some repository makes: the usual ones, and a long tail of others up to 200. */
export function platformChoices(): readonly PlatformChoice[] {
  const random = openRandom('platform choices');
  const choices = new Map(USUAL.map(([, choice]) => [choice.join(), choice]));
  while (choices.size < ALL_CHOICES) {
    const wanted = 2 + random.integer(4);
    const members = new Set([random.chance(0.9) ? AMD64 : random.integer(SEED_PLATFORMS.length)]);
    while (members.size < wanted) members.add(random.integer(SEED_PLATFORMS.length));
    const choice = [...members].sort((a, b) => a - b);
    choices.set(choice.join(), choice);
  }
  return [...choices.values()];
}

/** Picks one for a repository: mostly a usual one; in the tail, the earlier the likelier. */
export function pickChoice(random: Random, choices: readonly PlatformChoice[]): PlatformChoice {
  let left = random.float();
  for (const [share, choice] of USUAL) {
    left -= share;
    if (left < 0) return choice;
  }
  const tail = choices.length - USUAL.length;
  return existing(choices[USUAL.length + Math.floor(tail * random.float() ** 2)]);
}
