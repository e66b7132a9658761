/** Why a request holds no question that we answer; stable words that programs may switch on. */
export type QuestionErrorCode =
  | 'BAD_REQUEST'
  | 'BATCHING_OFF'
  | 'INPUT_TOO_DEEP'
  | 'PREFLIGHT_REQUIRED'
  | 'PERSISTED_QUERY_NOT_FOUND'
  | 'PERSISTED_QUERY_MISMATCH'
  | 'QUERY_NOT_ALLOWED';

/** Says that a request holds no question that we answer. */
export class QuestionError extends Error {
  override readonly name = 'QuestionError';
  constructor(
    readonly code: QuestionErrorCode,
    message: string,
  ) {
    super(message);
  }

  /** The HTTP status. An unknown hash is no mistake of the client: it sends the text next, as its protocol says. */
  get status(): 200 | 400 | 403 {
    switch (this.code) {
      case 'PERSISTED_QUERY_NOT_FOUND':
        return 200;
      case 'QUERY_NOT_ALLOWED':
        return 403;
      case 'BAD_REQUEST':
      case 'BATCHING_OFF':
      case 'INPUT_TOO_DEEP':
      case 'PREFLIGHT_REQUIRED':
      case 'PERSISTED_QUERY_MISMATCH':
        return 400;
    }
  }
}
