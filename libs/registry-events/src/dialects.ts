import type { Dialect } from './dialect.js';
import { distribution } from './distribution/distribution.js';
import { dockerhub } from './dockerhub/dockerhub.js';
import { gitlab } from './gitlab/gitlab.js';
import { harbor } from './harbor/harbor.js';
import { quay } from './quay/quay.js';

/** Every dialect we understand, by its word in `strata.yaml` and in the catalog. A new one is a folder and a line here. */
export const dialects = {
  distribution,
  gitlab,
  harbor,
  quay,
  dockerhub,
} as const satisfies Readonly<Record<string, Dialect>>;

/** The word for a dialect. */
export type DialectName = keyof typeof dialects;

/** Asks whether a word from outside names a dialect. */
export function isDialectName(name: string): name is DialectName {
  return Object.hasOwn(dialects, name);
}

/** The words for all dialects. */
export const dialectNames: readonly DialectName[] = Object.keys(dialects).filter(isDialectName);

/** The dialect of a name, as what all of them have in common. */
export function dialectOf(name: DialectName): Dialect {
  return dialects[name];
}
