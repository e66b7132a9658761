import { errnoOf } from '../errno-of.js';

/** Says, in a sentence for the operator, why a process could not start although its configuration is well-formed. */
export class StartError extends Error {
  override readonly name = 'StartError';
}

/** Turns what the system says about a port that cannot be taken into a sentence; anything else is passed on. */
export function explainListenError(error: unknown, host: string, port: number): unknown {
  const options = { cause: error };
  switch (errnoOf(error)) {
    case 'EADDRINUSE':
      return new StartError(`port ${port} on ${host} is in use by another process`, options);
    case 'EACCES':
      return new StartError(`port ${port} on ${host} may not be used by this user`, options);
    case 'EADDRNOTAVAIL':
      return new StartError(`${host} is not an address of this machine`, options);
    default:
      return error;
  }
}
