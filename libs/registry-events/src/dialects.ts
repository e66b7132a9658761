import type { Dialect } from './dialect.js';
import { distribution } from './distribution/distribution.js';

/** The words for dialects in `strata.yaml`; a list of its own, because a check of the configuration wants one. */
export const dialectNames = ['distribution'] as const;

/** The word for a dialect in `strata.yaml` and in the catalog. */
export type DialectName = (typeof dialectNames)[number];

/** Every dialect we understand. A new one is a folder, a word above and a line here. */
export const dialects: Readonly<Record<DialectName, Dialect>> = {
  distribution,
};

/** Asks whether a word from outside names a dialect. */
export function isDialectName(name: string): name is DialectName {
  return Object.hasOwn(dialects, name);
}
