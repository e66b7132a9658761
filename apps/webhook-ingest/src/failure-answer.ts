/** What a sender is told when its delivery could not be committed; both make every sender try again. */
export type FailureStatus = 503 | 500;

/**
 * The one table from a failed commit to an answer. Data that the database refuses (SQLSTATE classes 22 and 23) is our
 * mistake and must be seen as one; everything else (connections, read-only, full, too slow, not migrated) passes.
 */
export function statusOfFailure(error: unknown): FailureStatus {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return /^2[23][0-9A-Z]{3}$/.test(code) ? 500 : 503;
}
