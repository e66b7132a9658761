import type { PlannedRepository } from './plan-repositories.js';
import type { Random } from './random.js';
import type { Family } from './seed-manifests.js';

/** How one repository builds: the habits of a team, the same for each of its tags. */
export interface BuildStyle {
  readonly family: Family;
  readonly title: string;
  readonly labels: Readonly<Record<string, string>>;
  /** On each image, and on the index where there is one; Docker's documents have no place for them. */
  readonly annotations: Readonly<Record<string, string>>;
  /** Whom its images run as; null where they leave that to their base, which says nothing. */
  readonly user: string | null;
  /** Writes an index even of one image, as BuildKit does. */
  readonly alwaysIndexes: boolean;
  /** The types of the statements that BuildKit puts beside each image of an index; none where it writes no attestation. */
  readonly attests: readonly Predicate[];
  /** Where signatures are: referrers, an SBOM beside each, or the tags of cosign. */
  readonly signs: 'referrers' | 'tags' | null;
}

/** A type of statement, and what the catalog takes it for. */
export type Predicate = keyof typeof PREDICATE_KINDS;

/** The statements that BuildKit writes (SLSA 0.2 and 1.0, SPDX 2.3). */
export const PREDICATE_KINDS = {
  'https://spdx.dev/Document': 'sbom',
  'https://slsa.dev/provenance/v0.2': 'provenance',
  'https://slsa.dev/provenance/v1': 'provenance',
} as const;

const USERS = ['nonroot', '1000', '65532:65532', 'app'] as const;

/** Picks the habits of a repository. */
export function pickStyle({ name, namespace }: PlannedRepository, random: Random): BuildStyle {
  const isDocker = random.chance(0.3);
  const source = pickSource(`https://git.example/${name}`, isDocker, random);
  return {
    family: isDocker ? 'docker' : 'oci',
    title: name.split('/').at(-1) ?? name,
    labels: { ...source.labels, 'org.opencontainers.image.vendor': 'Acme', team: namespace },
    annotations: source.annotations,
    user: random.chance(0.45) ? random.pick(USERS) : null,
    alwaysIndexes: random.chance(0.25),
    attests: !isDocker && random.chance(0.7) ? pickPredicates(random) : [],
    signs: !isDocker && random.chance(0.14) ? random.pick(['referrers', 'tags']) : null,
  };
}

/** Of those who name their sources one in five annotates (a larger part of those who can), every other of them only. */
function pickSource(url: string, isDocker: boolean, random: Random): Pick<BuildStyle, 'labels' | 'annotations'> {
  if (!random.chance(0.6)) return { labels: {}, annotations: {} };
  const named = { 'org.opencontainers.image.source': url };
  if (isDocker || !random.chance(0.28)) return { labels: named, annotations: {} };
  return { labels: random.chance(0.5) ? named : {}, annotations: named };
}

/** SBOMs are asked for, and come first; provenance is what BuildKit writes unless told not to. */
function pickPredicates(random: Random): readonly Predicate[] {
  const provenance = random.pick(['https://slsa.dev/provenance/v0.2', 'https://slsa.dev/provenance/v1'] as const);
  return random.chance(0.2) ? ['https://spdx.dev/Document', provenance] : [provenance];
}
