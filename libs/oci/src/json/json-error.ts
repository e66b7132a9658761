/** What can be wrong with bytes that should be JSON; a closed list of stable words. */
export type JsonProblemCode = 'BAD_UTF8' | 'BAD_JSON' | 'TOO_DEEP' | 'TOO_LARGE' | 'DUP_KEY' | 'PRECISION';

/** One thing that is wrong with some JSON, and where. */
export interface JsonProblem {
  readonly code: JsonProblemCode;
  readonly message: string;
  /** JSONPath of the value being read; `$` when it concerns the whole document. */
  readonly path: string;
  /** Into the bytes as received. */
  readonly offsetBytes: number;
}

/** Says that bytes are not JSON that every reader understands in the same way (RFC 8259, RFC 7493). */
export class JsonError extends Error {
  override readonly name = 'JsonError';
  readonly code: JsonProblemCode;
  readonly path: string;
  readonly offsetBytes: number;

  constructor(
    readonly problem: JsonProblem,
    /** What readers disagree about in the part before it: `DUP_KEY` and `PRECISION`. */
    readonly notes: readonly JsonProblem[] = [],
  ) {
    super(`${problem.code} at ${problem.path}, byte ${problem.offsetBytes}: ${problem.message}`);
    this.code = problem.code;
    this.path = problem.path;
    this.offsetBytes = problem.offsetBytes;
  }
}
