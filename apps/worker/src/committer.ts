import { catalogFindings, type Found, type Verdict } from './catalog-findings.js';
import type { Tools } from './tools.js';

/** Writes findings, those that come in at the same time in one transaction. */
export interface Committer {
  /** Resolves once the findings are committed, or were found to be nobody's or overtaken. */
  commit(found: Found): Promise<Verdict>;
}

/** So many events share one transaction at most: large enough to share the cost, small enough to be over soon. */
const MAX_BATCH = 64;

interface Waiting {
  readonly found: Found;
  readonly resolve: (verdict: Verdict) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Opens the one writer of a process. While one transaction is under way, what comes in gathers for the next, so an
 * idle system waits for nobody and a busy one shares its commits. A batch that fails is tried again one by one, so
 * that the one at fault fails alone.
 */
export function openCommitter(tools: Pick<Tools, 'catalog' | 'now'>): Committer {
  const waiting: Waiting[] = [];
  let writing = false;

  const drain = async (): Promise<void> => {
    writing = true;
    while (waiting.length > 0) await write(waiting.splice(0, MAX_BATCH), tools);
    writing = false;
  };
  return {
    commit: (found) =>
      new Promise((resolve, reject) => {
        waiting.push({ found, resolve, reject });
        if (!writing) void drain();
      }),
  };
}

async function write(batch: readonly Waiting[], tools: Pick<Tools, 'catalog' | 'now'>): Promise<void> {
  try {
    const verdicts = await catalogFindings(
      batch.map(({ found }) => found),
      tools,
    );
    for (const { found, resolve, reject } of batch) {
      const verdict = verdicts.get(found);
      if (verdict === undefined) reject(new Error('findings were written without a verdict'));
      else resolve(verdict);
    }
  } catch (error) {
    const [only, ...others] = batch;
    if (others.length === 0) return only?.reject(error);
    for (const one of batch) await write([one], tools);
  }
}
