import { CEILINGS } from '../ceilings.js';
import { ManifestError, type Problem, type ProblemCode, type Warning, type WarningCode } from './manifest-error.js';
import type { ManifestFormat } from './manifest.js';

/** Gathers everything that is wrong with one document, so that a report names all of it and not the first find. */
export interface Problems {
  /** `path` is a JSONPath, or null for the whole document. */
  add(code: ProblemCode, message: string, path: string | null): void;
  /** The same for what is odd and not wrong. */
  warn(code: WarningCode, message: string, path: string | null): void;
  /** The first 100 of them. */
  readonly warnings: readonly Warning[];
  /** How many problems so far, including those that are only counted. */
  readonly count: number;
  /** Throws `ManifestError` when there is anything to say. */
  throwIfAny(claimed: { readonly mediaType: string | null; readonly format: ManifestFormat | null }): void;
}

const NO_WARNINGS: readonly Warning[] = [];

/** A fresh gathering. The first 100 problems are listed; a closing one says how many more there are. */
export function gatherProblems(): Problems {
  const listed: Problem[] = [];
  let warnings: readonly Warning[] = NO_WARNINGS;
  let count = 0;
  return {
    add(code, message, path) {
      count += 1;
      if (listed.length < CEILINGS.problems) listed.push({ code, message, path });
    },
    warn(code, message, path) {
      if (warnings.length < CEILINGS.problems) warnings = [...warnings, { code, message, path }];
    },
    get warnings() {
      return warnings;
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

/** Gathers for a document inside another one (`what`): the place is `path` of the outer one, the rest goes into words. */
export function insideOf(what: string, path: string, problems: Problems): Problems {
  const within = (message: string, inner: string | null): string =>
    inner === null || inner === '$' ? message : `${message} (in ${what} at ${inner})`;
  return {
    throwIfAny: (claimed) => problems.throwIfAny(claimed),
    add: (code, message, inner) => problems.add(code, within(message, inner), path),
    warn: (code, message, inner) => problems.warn(code, within(message, inner), path),
    get warnings() {
      return problems.warnings;
    },
    get count() {
      return problems.count;
    },
  };
}

/** Quotes foreign text for a message: escaped, and at most 100 characters of it. */
export function quote(text: string): string {
  return JSON.stringify(text.length > 100 ? `${text.slice(0, 100)}…` : text);
}
