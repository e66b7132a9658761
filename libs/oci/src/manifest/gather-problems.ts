import { CEILINGS } from '../ceilings.js';
import { ManifestError, type Problem, type ProblemCode } from './manifest-error.js';
import type { ManifestFormat } from './manifest.js';

/** Gathers everything that is wrong with one document, so that a report names all of it and not the first find. */
export interface Problems {
  /** `path` is a JSONPath, or null for the whole document. */
  add(code: ProblemCode, message: string, path: string | null): void;
  /** How many so far, including those that are only counted. */
  readonly count: number;
  /** Throws `ManifestError` when there is anything to say. */
  throwIfAny(claimed: { readonly mediaType: string | null; readonly format: ManifestFormat | null }): void;
}

/** A fresh gathering. The first 100 problems are listed; a closing one says how many more there are. */
export function gatherProblems(): Problems {
  const listed: Problem[] = [];
  let count = 0;
  return {
    add(code, message, path) {
      count += 1;
      if (listed.length < CEILINGS.problems) listed.push({ code, message, path });
    },
    get count() {
      return count;
    },
    throwIfAny(claimed) {
      const [first, ...rest] = listed;
      if (first === undefined) return;
      const unlisted = count - listed.length;
      if (unlisted > 0)
        rest.push({ code: first.code, message: `and ${unlisted} more problems like these`, path: null });
      throw new ManifestError([first, ...rest], claimed);
    },
  };
}

/** Quotes foreign text for a message: escaped, and at most 100 characters of it. */
export function quote(text: string): string {
  return JSON.stringify(text.length > 100 ? `${text.slice(0, 100)}…` : text);
}
