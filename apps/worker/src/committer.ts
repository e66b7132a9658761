import { gather } from '@strata/catalog';
import type { Manifest } from '@strata/oci';
import { catalogDiscoveries, type Verdict } from './catalog-discoveries.js';
import { originOf, type Found } from './found.js';
import type { Tools } from './tools.js';

/** Writes discoveries, those that come in at the same time in one transaction. */
export interface Committer {
  /** Resolves once the discovery is committed, or was found to be nobody's or overtaken. */
  commit(found: Found): Promise<Verdict>;
}

/** So many events share one transaction at most: large enough to share the cost, small enough to be over soon. */
const MAX_BATCH = 128;

/** So many rows of layers and entries, about: what a statement carries stays bounded whatever was pushed. */
const MAX_ROWS = 10_000;

/** Transactions at once for either. Two were no faster, because each carried half as much. */
const WRITERS = 1;

/**
 * Opens the writers of a process: what events and what crawls have found is written apart, because a row says which it
 * was. A batch that fails is tried again one by one, so that the one at fault fails alone.
 */
export function openCommitter(tools: Pick<Tools, 'catalog' | 'now'>): Committer {
  const writerOf = (via: 'event' | 'crawl') =>
    gather(
      async (batch: readonly Found[]) => {
        const verdicts = await catalogDiscoveries(batch, via, tools);
        return batch.map((found) => verdictOf(verdicts.get(found)));
      },
      { atOnce: WRITERS, max: MAX_BATCH, maxWeight: MAX_ROWS, weightOf: rowsOf },
    );
  const writers = { event: writerOf('event'), crawl: writerOf('crawl') };
  return { commit: (found) => writers[originOf(found)](found) };
}

function verdictOf(verdict: Verdict | undefined): Verdict {
  if (verdict === undefined) throw new Error('a discovery was written without a verdict');
  return verdict;
}

function rowsOf({ discovery }: Found): number {
  return discovery.manifests.reduce(
    (sum, written) => sum + (written.status === 'valid' ? edgesOf(written.manifest) : 1),
    0,
  );
}

function edgesOf(manifest: Manifest): number {
  switch (manifest.kind) {
    case 'image':
    case 'schema1':
      return manifest.layers.length;
    case 'index':
      return manifest.entries.length;
    case 'artifact':
      return 1;
  }
}
