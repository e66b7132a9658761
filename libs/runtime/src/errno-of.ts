/** The system's word for a failure (`ENOENT`, `EADDRINUSE`), or null where there is none. */
export function errnoOf(error: unknown): string | null {
  const code: unknown = typeof error === 'object' && error !== null && 'code' in error ? error.code : null;
  return typeof code === 'string' ? code : null;
}
