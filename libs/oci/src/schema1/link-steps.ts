import type { Problems } from '../manifest/gather-problems.js';

/** What links one step to the next. */
export interface Linked {
  readonly id: string;
  readonly parentId: string | null;
}

/**
 * Checks that each step, newest first, names the next as its parent, and gives them base first, with consecutive steps
 * of one id as one: so do Docker and containers/image before they pull. An id that returns later would be its own
 * ancestor. Windows images may name a parent below their base, which stands in no registry.
 */
export function linkSteps<T extends Linked>(
  newestFirst: readonly T[],
  mayHaveHiddenBase: boolean,
  problems: Problems,
): readonly T[] {
  const baseFirst: T[] = [];
  const seen = new Set<string>();
  for (let index = newestFirst.length - 1; index >= 0; index -= 1) {
    const step = newestFirst[index];
    const below = baseFirst.at(-1);
    if (step === undefined || step.id === below?.id) continue;
    const path = `$.history[${index}].v1Compatibility`;
    const parentId = below?.id ?? null;
    if (seen.has(step.id)) problems.add('HISTORY', 'the id of this step stands in another place too', path);
    else if (step.parentId !== parentId && !(below === undefined && mayHaveHiddenBase))
      problems.add(
        'HISTORY',
        below === undefined ? 'the oldest step names a parent' : 'this step does not name the next one as its parent',
        path,
      );
    seen.add(step.id);
    baseFirst.push(step);
  }
  return baseFirst;
}
