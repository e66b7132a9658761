import type { ManifestFormat } from './manifest.js';

/** What can be wrong with a document; stable words that operators filter by. */
export type ProblemCode =
  | 'BAD_UTF8'
  | 'BAD_JSON'
  | 'TOO_DEEP'
  | 'TOO_LARGE'
  | 'DUP_KEY'
  | 'PRECISION'
  | 'UNKNOWN_TYPE'
  | 'TYPE_MISMATCH'
  | 'AMBIGUOUS'
  | 'SHAPE'
  | 'BAD_DIGEST'
  | 'BAD_SIZE'
  | 'ANNOTATIONS'
  | 'COUNT'
  | 'HISTORY'
  | 'SIGNATURE'
  | 'FANOUT'
  | 'DEPTH';

/** What can be odd about a document that can be used all the same; stable words too. */
export type WarningCode =
  'SIGNATURE' | 'PLATFORM' | 'BAD_DATA' | 'EMPTY' | 'INCONSISTENT' | 'MEDIA_TYPE' | 'HISTORY' | 'AMBIGUOUS';

/** One thing that is wrong, for people (`message`) and for programs (`code`, `path`). */
export interface Problem {
  readonly code: ProblemCode;
  readonly message: string;
  /** A JSONPath such as `$.layers[3].digest`, or null when it concerns the whole document. */
  readonly path: string | null;
}

/** One thing that a careful reader would mention; it hinders nobody. */
export interface Warning extends Omit<Problem, 'code'> {
  readonly code: WarningCode;
}

/**
 * Says that bytes are not a manifest, or an image config, that can be catalogued, with every problem found.
 * `format` is what the document claims to be, as far as that can be told.
 */
export class ManifestError extends Error {
  override readonly name = 'ManifestError';
  constructor(
    readonly problems: readonly [Problem, ...Problem[]],
    readonly claimed: { readonly mediaType: string | null; readonly format: ManifestFormat | null },
  ) {
    super(
      problems.map(({ code, message, path }) => `${code}${path === null ? '' : ` at ${path}`}: ${message}`).join('; '),
    );
  }
}
