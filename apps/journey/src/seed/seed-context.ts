import type { SeedDictionaries } from './seed-dictionaries.js';
import type { RowSink } from './seed-tables.js';

/** Ids from 1 upwards, as a sequence of the database gives them. */
export interface IdCounter {
  next(): number;
}

/** What every part of the generator writes with. */
export interface SeedContext {
  readonly sink: RowSink;
  readonly dictionaries: SeedDictionaries;
  readonly ids: Readonly<Record<'repository' | 'layer' | 'config' | 'manifest' | 'tag' | 'interval', IdCounter>>;
  /** By host. */
  readonly registries: ReadonlyMap<string, number>;
}

/** Starts counting. */
export function idCounter(): IdCounter {
  let last = 0;
  return { next: () => ++last };
}
