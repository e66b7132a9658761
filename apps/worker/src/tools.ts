import type { Catalog, Known, KnownQuestion } from '@strata/catalog';
import type { Digest } from '@strata/oci';
import type { Registry } from '@strata/registry-client';
import type { Logger } from '@strata/runtime';
import type { Committer } from './committer.js';
import type { Leases } from './leases.js';
import type { MemoryBudget } from './memory-budget.js';
import type { OneAtATime } from './one-at-a-time.js';
import type { SourceHealth } from './source-health.js';

/** What the steps of the worker are given; everything they touch outside themselves is here. */
export interface Tools {
  readonly catalog: Catalog;
  /** What the catalog knows before the registry is asked; questions of the same moment share a statement. */
  readonly readKnown: (question: KnownQuestion) => Promise<Known>;
  /** The bytes of a config that is kept already, else null; likewise. */
  readonly findConfig: (digest: Digest) => Promise<Uint8Array | null>;
  /** The registry behind a source; null for a source that this process was not told about. */
  readonly registryOf: (sourceName: string) => Registry | null;
  readonly health: SourceHealth;
  readonly committer: Committer;
  readonly leases: Leases;
  readonly memory: MemoryBudget;
  /** The line for events that were under way when a worker ended without a word. */
  readonly suspects: OneAtATime;
  readonly now: () => Date;
  /** From 0 up to, not including, 1. */
  readonly random: () => number;
  readonly logger: Logger;
  /** Raised when the process must end before the work is done. */
  readonly stopping: AbortSignal;
}
