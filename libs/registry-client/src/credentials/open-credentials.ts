import { open } from 'node:fs/promises';
import { errnoOf } from '../errno-of.js';
import { readBody } from '../http/read-body.js';
import { LIMITS } from '../limits.js';
import { RegistryError } from '../registry-error.js';
import { openSingleFlight } from '../single-flight.js';
import { askCredentialHelper } from './ask-credential-helper.js';
import { isSameCredentials, type Credentials, type CredentialSource } from './credentials.js';
import { parseDockerConfig } from './parse-docker-config.js';
import { parseServerKey } from './server-key.js';

/** The credentials of one registry, wherever they are kept. */
export interface CredentialStore {
  /** Null: there are none, ask as anybody. Throws `unauthorized` where they cannot be read. */
  get(signal: AbortSignal): Promise<Credentials | null>;
  /** Reads them again because `refused` were refused. Null when there are no others. */
  renew(refused: Credentials, signal: AbortSignal): Promise<Credentials | null>;
}

/** What a store needs besides its source. */
export interface CredentialTools {
  readonly now: () => number;
  /** Default: the helpers on this process's search path, in its environment. */
  readonly askHelper?: AskHelper;
}

type AskHelper = (helper: string, serverKey: string, signal: AbortSignal) => Promise<Credentials | null>;

/** Opens the store. What was read is believed for ten minutes, since files and helpers hand out what runs out. */
export function openCredentials(
  source: CredentialSource | null,
  baseUrl: URL,
  { now, askHelper = askCredentialHelper }: CredentialTools,
): CredentialStore {
  const read = readerOf(source, parseServerKey(baseUrl.host) ?? baseUrl.host, askHelper);
  const flights = openSingleFlight<Credentials | null>();
  let known: { readonly credentials: Credentials | null; readonly readAtMs: number } | null = null;

  function readAgain(signal: AbortSignal): Promise<Credentials | null> {
    return flights.run(
      '',
      async (shared) => {
        const credentials = await read(shared);
        known = { credentials, readAtMs: now() };
        return credentials;
      },
      signal,
    );
  }

  return {
    async get(signal) {
      const isFresh = known !== null && now() - known.readAtMs < LIMITS.credentialsMs;
      return known !== null && isFresh ? known.credentials : readAgain(signal);
    },
    async renew(refused, signal) {
      const isNewer = known !== null && !isSameCredentials(known.credentials, refused);
      const credentials = known !== null && isNewer ? known.credentials : await readAgain(signal);
      return isSameCredentials(credentials, refused) ? null : credentials;
    },
  };
}

function readerOf(
  source: CredentialSource | null,
  serverKey: string,
  askHelper: AskHelper,
): (signal: AbortSignal) => Promise<Credentials | null> {
  if (source === null) return async () => null;
  if ('username' in source) return async () => ({ kind: 'password', ...source });
  if ('identityToken' in source) return async () => ({ kind: 'identity-token', token: source.identityToken });
  if ('credentialHelper' in source) return (signal) => askHelper(source.credentialHelper, serverKey, signal);
  return (signal) => readDockerConfig(source.dockerConfig, serverKey, askHelper, signal);
}

/** A helper that the file names goes first; what it does not know, the file itself may (docker/cli, config/credentials). */
async function readDockerConfig(
  path: string,
  serverKey: string,
  askHelper: AskHelper,
  signal: AbortSignal,
): Promise<Credentials | null> {
  const config = parseDockerConfig(await readText(path));
  if (config === null) throw unreadable(path, 'it is not a Docker configuration');
  const helper = config.helperFor(serverKey);
  const stored = helper === null ? null : await askHelper(helper, serverKey, signal);
  return stored ?? config.find(serverKey);
}

async function readText(path: string): Promise<string> {
  try {
    const file = await open(path, 'r');
    const { bytes, complete } = await readBody(file.createReadStream(), LIMITS.dockerConfigBytes);
    if (complete) return Buffer.from(bytes).toString('utf8');
  } catch (error) {
    throw unreadable(path, errnoOf(error));
  }
  throw unreadable(path, `it is longer than ${LIMITS.dockerConfigBytes} bytes`);
}

function unreadable(path: string, why: string): RegistryError {
  return new RegistryError('unauthorized', `no credentials: ${path} cannot be read (${why})`);
}
