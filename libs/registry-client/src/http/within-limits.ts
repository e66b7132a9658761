import { types } from 'node:util';
import { errors } from 'undici';
import { RegistryError } from '../registry-error.js';

/**
 * Runs one conversation under its total time and the caller's signal, and turns whatever the network does
 * into a `RegistryError`. When the caller gave up, the caller's own reason is thrown.
 */
export async function withinLimits<T>(
  totalTimeoutMs: number,
  signal: AbortSignal | undefined,
  talk: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  signal?.throwIfAborted();
  const clock = new AbortController();
  const timer = setTimeout(() => clock.abort(), totalTimeoutMs);
  try {
    return await talk(signal === undefined ? clock.signal : AbortSignal.any([clock.signal, signal]));
  } catch (error) {
    if (signal?.aborted === true) throw signal.reason;
    if (clock.signal.aborted) {
      throw new RegistryError('unavailable', `no complete answer within ${totalTimeoutMs} ms`, { cause: error });
    }
    throw asRegistryError(error);
  } finally {
    clearTimeout(timer);
  }
}

/** What the network did, as a `RegistryError`; a bug of ours stays what it is. */
export function asRegistryError(error: unknown): unknown {
  if (error instanceof RegistryError || !types.isNativeError(error)) return error;
  if (error instanceof errors.HeadersOverflowError || error instanceof errors.InvalidArgumentError) {
    return new RegistryError('bad-response', error.message, { cause: error });
  }
  const code = 'code' in error && typeof error.code === 'string' ? error.code : null;
  // What has no code did not come from the network: a bug of ours must stay one.
  if (code === null && !(error instanceof errors.UndiciError)) return error;
  return new RegistryError('unavailable', `the connection failed: ${code ?? error.name}`, { cause: error });
}
