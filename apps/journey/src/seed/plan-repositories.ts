import { openRandom, type Random } from './random.js';
import type { SeedSize } from './seed-size.js';

/** One repository before anything is built in it. */
export interface PlannedRepository {
  readonly number: number;
  readonly host: string;
  readonly namespace: string;
  readonly name: string;
  /** How many tags it has in the end, deleted ones not counted. */
  readonly liveTags: number;
  /** Its builds are what the others of its namespace build on. */
  readonly isBase: boolean;
  /** Holds copies of what the repository before it holds, at another registry. */
  readonly isMirror: boolean;
}

/** The registries of the made-up catalog. */
export const SEED_HOSTS = { bases: 'hub.example', work: 'registry.acme.example', mirror: 'eu.mirror.example' } as const;

const BASE_EVERY = 50;
const MIRROR_EVERY = 17;
const TEAMS = ['payments', 'search', 'media', 'ledger', 'identity', 'logistics', 'pricing', 'mobile', 'data', 'edge'];
const THINGS = ['api', 'worker', 'gateway', 'scheduler', 'frontend', 'migrator', 'exporter', 'proxy', 'batch', 'sync'];

/** Spreads `liveTags` over the repositories: most have few, some have thousands. The sum is exact. */
export function planRepositories(size: SeedSize, seed: string, liveTags: number): readonly PlannedRepository[] {
  const weights: number[] = [];
  for (let number = 0; number < size.repositories; number += 1) {
    const own = 0.2 + openRandom(`${seed}/weight/${number}`).skewed(1_000) / 1_000;
    weights.push(isMirror(number) ? (weights[number - 1] ?? 0) / 3 : own);
  }
  const perWeight = (liveTags - size.repositories) / weights.reduce((sum, weight) => sum + weight, 0);
  let sum = 0;
  let given = 0;
  let before: PlannedRepository | null = null;
  return weights.map((weight, number) => {
    sum += weight * perWeight;
    const upTo = number === weights.length - 1 ? liveTags - size.repositories : Math.floor(sum);
    const tags = 1 + upTo - given;
    given = upTo;
    before = planned(size, seed, number, tags, before);
    return before;
  });
}

function planned(
  size: SeedSize,
  seed: string,
  number: number,
  liveTags: number,
  before: PlannedRepository | null,
): PlannedRepository {
  if (isMirror(number) && before !== null)
    return { ...before, number, liveTags, host: SEED_HOSTS.mirror, isBase: false, isMirror: true };
  const random = openRandom(`${seed}/name/${number}`);
  const namespace = namespaceOf(random, size);
  const isBase = number % BASE_EVERY === 0;
  const word = isBase ? 'base' : random.pick(THINGS);
  const group = random.chance(0.15) ? `${random.pick(TEAMS)}/` : '';
  const name = `${namespace}/${group}${word}-${number}`;
  return { number, host: SEED_HOSTS.work, namespace, name, liveTags, isBase, isMirror: false };
}

/** A few namespaces are large. */
function namespaceOf(random: Random, { namespaces }: SeedSize): string {
  const number = Math.floor(namespaces * random.float() ** 2);
  return `${TEAMS[number % TEAMS.length] ?? ''}-${Math.floor(number / TEAMS.length)}`;
}

function isMirror(number: number): boolean {
  return number % MIRROR_EVERY === MIRROR_EVERY - 1;
}
