import { spawn } from 'node:child_process';
import { errnoOf } from '../errno-of.js';
import { readBody } from '../http/read-body.js';
import { parseObject } from '../answer/parse-object.js';
import { LIMITS } from '../limits.js';
import { RegistryError } from '../registry-error.js';
import type { Credentials } from './credentials.js';
import { helperServerOf } from './server-key.js';

/** What a helper may be called; anything else never becomes a program's name. */
const HELPER = /^[a-z0-9][a-z0-9-]{0,62}$/;

/** How a helper is run; a test sets both. */
export interface HelperOptions {
  /** Default: this process's own. */
  readonly environment?: NodeJS.ProcessEnv | undefined;
  /** Default: ten seconds. */
  readonly timeoutMs?: number;
}

/**
 * Runs `docker-credential-<helper> get`, without a shell, for at most ten seconds and 64 KiB of answer
 * (docker-credential-helpers, "Development"). Null where the helper knows nothing of this registry. Throws
 * `unauthorized` for a helper that does not answer; never with a word of what it said, which may be the secret.
 */
export async function askCredentialHelper(
  helper: string,
  serverKey: string,
  signal: AbortSignal,
  { environment, timeoutMs = LIMITS.helperTimeoutMs }: HelperOptions = {},
): Promise<Credentials | null> {
  if (!HELPER.test(helper)) throw failed(JSON.stringify(helper.slice(0, 100)), 'is no name of a credential helper');
  const program = `docker-credential-${helper}`;
  const { status, bytes } = await run(program, helperServerOf(serverKey), signal, { environment, timeoutMs });
  if (status !== 0) {
    if (Buffer.from(bytes).includes('credentials not found')) return null;
    throw failed(program, `ended with status ${status}`);
  }
  const fields = parseObject(bytes);
  const [username, secret] = [fields?.['Username'], fields?.['Secret']];
  if (typeof username !== 'string' || typeof secret !== 'string') throw failed(program, 'gave no credentials');
  if (secret === '') return null;
  return username === '<token>'
    ? { kind: 'identity-token', token: secret }
    : { kind: 'password', username, password: secret };
}

async function run(
  program: string,
  input: string,
  signal: AbortSignal,
  { environment, timeoutMs }: HelperOptions & { readonly timeoutMs: number },
) {
  const limited = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
  const child = spawn(program, ['get'], {
    stdio: ['pipe', 'pipe', 'ignore'],
    shell: false,
    ...(environment === undefined ? {} : { env: environment }),
    signal: limited,
    killSignal: 'SIGKILL',
  });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.on('error', reject).on('close', resolve);
  });
  ended.catch(() => undefined);
  child.stdin.on('error', () => undefined).end(input); // it may end without reading
  try {
    const { bytes, complete } = await readBody(child.stdout, LIMITS.helperBytes);
    if (!complete) throw failed(program, `says more than ${LIMITS.helperBytes} bytes`);
    return { status: await ended, bytes };
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof RegistryError) throw error;
    if (limited.aborted) throw failed(program, `did not end within ${timeoutMs} ms`);
    throw failed(program, `cannot be run (${errnoOf(error)})`);
  } finally {
    child.kill('SIGKILL');
  }
}

function failed(program: string, how: string): RegistryError {
  return new RegistryError('unauthorized', `no credentials: ${program} ${how}`);
}
