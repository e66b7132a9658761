import type { Problems } from '../manifest/gather-problems.js';

/** A step with whatever belongs to it, and what links it to the next. */
export interface Linked {
  readonly step: { readonly id: string; readonly parentId: string | null };
}

const NOT_LINKED = 'each step names the next one as its parent, and the last one none';

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
    const place = newestFirst[index];
    const below = baseFirst.at(-1)?.step ?? null;
    if (place === undefined || place.step.id === below?.id) continue;
    const { id, parentId } = place.step;
    const mayNameAny = below === null && mayHaveHiddenBase;
    const path = `$.history[${index}].v1Compatibility`;
    if (seen.has(id)) problems.add('HISTORY', 'the id of this step stands in another place too', path);
    else if (parentId !== (below?.id ?? null) && !mayNameAny) problems.add('HISTORY', NOT_LINKED, path);
    seen.add(id);
    baseFirst.push(place);
  }
  return baseFirst;
}
