/** What can be wrong with the members of an index that is to be assembled; stable words. */
export type AssemblyProblemCode =
  | 'NO_MEMBERS'
  | 'NOT_AN_IMAGE'
  | 'SCHEMA1'
  | 'MIXED_FAMILIES'
  | 'NESTED_INDEX'
  | 'BAD_PLATFORM'
  | 'UNKNOWN_PLATFORM'
  | 'DUPLICATE_PLATFORM'
  | 'AMBIGUOUS_OVERRIDE'
  | 'NO_ANNOTATIONS'
  | 'INVALID';

/** One thing that is wrong, for people and for programs. */
export interface AssemblyProblem {
  readonly code: AssemblyProblemCode;
  readonly message: string;
  /** JSONPath into the input, `$.members[2].platform`; for `INVALID` into the index that would result. */
  readonly path: string;
}

/** Says that members make no index that clients could use, with every reason. */
export class AssemblyError extends Error {
  override readonly name = 'AssemblyError';
  constructor(readonly problems: readonly [AssemblyProblem, ...AssemblyProblem[]]) {
    super(problems.map(({ code, message, path }) => `${code} at ${path}: ${message}`).join('; '));
  }
}

/** Takes a problem down. */
export type AddProblem = (code: AssemblyProblemCode, message: string, path: string) => void;
