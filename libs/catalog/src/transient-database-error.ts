/** Lost connections, deadlocks and serialisation, a server that starts, stops or is full (PostgreSQL, "Error Codes"). */
const TRANSIENT_SQLSTATE = /^(?:40001|40P01|08...|57P0.|57014|53...|25006|55P03)$/;
const TRANSIENT_ERRNO = /^(?:ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN)$/;
const TRANSIENT_MESSAGE = /timeout exceeded when trying to connect|Connection terminated|connection is not queryable/i;

/** Whether the database may well accept the same work later. */
export function isTransientDatabaseError(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  return TRANSIENT_SQLSTATE.test(code) || TRANSIENT_ERRNO.test(code) || TRANSIENT_MESSAGE.test(error.message);
}
