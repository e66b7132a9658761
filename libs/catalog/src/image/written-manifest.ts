import type { Ids } from '../dictionary/dictionary-ids.js';

/** The small ids that stand for long words. */
export interface Vocabulary {
  readonly mediaTypes: Ids;
  /** By canonical name. */
  readonly platforms: Ids;
}

/** A manifest's row. */
export interface WrittenManifest {
  readonly id: bigint;
  /** Whether this transaction added it, understood what had been refused before, or completed it. */
  readonly isNew: boolean;
}
