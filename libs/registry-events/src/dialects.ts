import type { Dialect } from './dialect.js';
import type { RegistryEvent } from './registry-event.js';
import { acr } from './acr/acr.js';
import { alibaba } from './alibaba/alibaba.js';
import { artifactRegistry } from './artifact-registry/artifact-registry.js';
import { artifactory } from './artifactory/artifactory.js';
import { cloudEvents } from './cloud-events/cloud-events.js';
import { distribution } from './distribution/distribution.js';
import { dockerhub } from './dockerhub/dockerhub.js';
import { ecr } from './ecr/ecr.js';
import { eventGrid } from './event-grid/event-grid.js';
import { ghcr } from './ghcr/ghcr.js';
import { gitea } from './gitea/gitea.js';
import { gitlab } from './gitlab/gitlab.js';
import { harbor } from './harbor/harbor.js';
import { nexus } from './nexus/nexus.js';
import { quay } from './quay/quay.js';
import { zot } from './zot/zot.js';

/** Every dialect we understand, by its word in `strata.yaml` and in the catalog. A new one is a folder and a line here. */
export const dialects = {
  distribution,
  gitlab,
  harbor,
  quay,
  dockerhub,
  ghcr,
  gitea,
  zot,
  ecr,
  acr,
  'event-grid': eventGrid,
  'artifact-registry': artifactRegistry,
  artifactory,
  nexus,
  alibaba,
  'cloud-events': cloudEvents,
} as const satisfies Readonly<Record<string, Dialect>>;

/** The word for a dialect. */
export type DialectName = keyof typeof dialects;

/** Asks whether a word from outside names a dialect. */
export function isDialectName(name: string): name is DialectName {
  return Object.hasOwn(dialects, name);
}

/** The words for all dialects. */
export const dialectNames: readonly DialectName[] = Object.keys(dialects).filter(isDialectName);

/** Reads a kept delivery again, for a replay; null where this version does not know its dialect. */
export function readKeptEvents(kept: {
  readonly dialect: string;
  readonly raw: Uint8Array;
  readonly receivedAt: Date;
}): readonly RegistryEvent[] | null {
  if (!isDialectName(kept.dialect)) return null;
  return dialectOf(kept.dialect).readEvents({ headers: new Map(), body: kept.raw, receivedAt: kept.receivedAt });
}

/** The dialect of a name, as what all of them have in common. */
export function dialectOf(name: DialectName): Dialect {
  return dialects[name];
}
