import { types } from 'node:util';

/** The code of a system's error, such as `ENOENT`, for messages that must not repeat the error's own words. */
export function errnoOf(error: unknown): string {
  const code = types.isNativeError(error) && 'code' in error ? error.code : null;
  return typeof code === 'string' ? code : 'unknown error';
}
