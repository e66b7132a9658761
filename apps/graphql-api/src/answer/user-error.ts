import {
  CoverageError,
  CursorError,
  FilterError,
  PageSizeError,
  ReportError,
  TreeTooLargeError,
  WaiverError,
  type WaiverErrorCode,
} from '@strata/catalog';
import { RegistryError } from '@strata/registry-client';
import { GraphQLError } from 'graphql';
import { AssemblyError, ConversionError, InvalidReferenceError, PlatformNameError } from '@strata/oci';

/** What a refused question is refused for; stable words that programs may switch on. */
export type UserErrorCode =
  | 'BAD_USER_INPUT'
  | 'FORBIDDEN'
  | 'NOT_FOUND'
  | 'AMBIGUOUS'
  | 'NOT_ASSEMBLABLE'
  | 'NOT_CONVERTIBLE'
  | 'LOSSY'
  | 'NO_WRITE_CREDENTIALS'
  | 'NOT_PUSHED'
  | 'BUSY'
  | 'CLOSED'
  | 'TOO_MUCH'
  | 'TIMEOUT';

/** An error that the person who asked can mend. `argument` says where, as in `where.platforms.lacks[0]`. */
export function userError(code: UserErrorCode, message: string, argument?: string): GraphQLError {
  return new GraphQLError(message, { extensions: argument === undefined ? { code } : { code, argument } });
}

/** SQLSTATE of a statement that ran into the statement timeout. */
const QUERY_CANCELED = '57014';

/** Whether a statement took longer than one may. */
export function isTimeout(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === QUERY_CANCELED;
}

/** The one place where what the libraries throw becomes our answer; null for what is our own fault. */
export function asUserError(error: unknown): GraphQLError | null {
  if (error instanceof CursorError) return userError('BAD_USER_INPUT', error.message, 'after');
  if (error instanceof PageSizeError) return userError('BAD_USER_INPUT', error.message, 'first');
  if (error instanceof CoverageError) return userError('BAD_USER_INPUT', error.message, 'by');
  if (error instanceof FilterError)
    return userError('BAD_USER_INPUT', error.message, `where${error.path === '' ? '' : `.${error.path}`}`);
  if (error instanceof WaiverError) return asWaiverError(error);
  if (error instanceof ReportError) return userError('BAD_USER_INPUT', error.message, error.parameter);
  if (error instanceof InvalidReferenceError) return userError('BAD_USER_INPUT', error.message, 'reference');
  if (error instanceof PlatformNameError) return userError('BAD_USER_INPUT', error.message);
  if (error instanceof TreeTooLargeError) return userError('TOO_MUCH', error.message);
  if (error instanceof ConversionError) {
    return new GraphQLError(error.message, { extensions: { code: 'NOT_CONVERTIBLE', problems: error.problems } });
  }
  if (error instanceof AssemblyError) {
    return new GraphQLError(error.message, { extensions: { code: 'NOT_ASSEMBLABLE', problems: error.problems } });
  }
  if (error instanceof RegistryError) {
    const message = `the push did not succeed: ${error.message}`;
    return new GraphQLError(message, { extensions: { code: 'NOT_PUSHED', reason: error.code } });
  }
  if (isTimeout(error)) {
    return userError('TIMEOUT', 'this question takes too long to answer; narrow it with a filter or a smaller page');
  }
  return null;
}

const WAIVER_ANSWERS: Readonly<Record<WaiverErrorCode, readonly [code: UserErrorCode, argument: string]>> = {
  'unknown-finding': ['NOT_FOUND', 'finding'],
  closed: ['CLOSED', 'finding'],
  'not-later': ['BAD_USER_INPUT', 'until'],
  'too-late': ['BAD_USER_INPUT', 'until'],
  'no-reason': ['BAD_USER_INPUT', 'reason'],
  'reason-too-long': ['BAD_USER_INPUT', 'reason'],
};

function asWaiverError({ code, message }: WaiverError): GraphQLError {
  return userError(WAIVER_ANSWERS[code][0], message, WAIVER_ANSWERS[code][1]);
}
