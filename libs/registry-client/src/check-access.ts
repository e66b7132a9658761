import { notARegistry } from './answer/not-a-registry.js';
import { askRegistry, refusalOf, type Tools } from './ask-registry.js';
import { LIMITS } from './limits.js';
import { RegistryError } from './registry-error.js';
import type { RegistryAccessReport } from './registry.js';
import { strangeness } from './verified-bytes.js';

/** Runs a conversation in its turn and under its time limit. */
type InTurn = <T>(talk: (signal: AbortSignal) => Promise<T>) => Promise<T>;

/** Asks for the base of the API (OCI distribution-spec 1.1, "Determining Support") and says in one word what came of it. */
export async function checkAccess(
  tools: Tools,
  hasCredentials: boolean,
  inTurn: InTurn,
): Promise<RegistryAccessReport> {
  try {
    return { state: 'ok', authentication: await inTurn((signal) => askBase(tools, signal)) };
  } catch (error) {
    if (error instanceof RegistryError) return reportOf(error, hasCredentials);
    throw error;
  }
}

async function askBase(tools: Tools, signal: AbortSignal): Promise<'none' | 'basic' | 'token'> {
  const resource = { kind: 'base' } as const;
  const answer = await askRegistry(
    tools,
    { method: 'GET', resource, accept: 'application/json', ceilingBytes: LIMITS.tokenBytes },
    signal,
  );
  if (answer.status !== 200) throw refusalOf(tools, answer);
  // Some registries have nothing to say here; none says it as a web page.
  const strange = answer.body.byteLength === 0 ? null : strangeness(answer);
  if (strange !== null) throw notARegistry(answer, strange);
  const { header } = await tools.authorizer.current('', signal);
  if (header === null) return 'none';
  return header.startsWith('Basic ') ? 'basic' : 'token';
}

function reportOf(error: RegistryError, hasCredentials: boolean): RegistryAccessReport {
  const detail = error.message;
  switch (error.code) {
    case 'unauthorized':
      return { state: hasCredentials ? 'credentials-refused' : 'credentials-needed', detail };
    case 'forbidden-address':
      return error.refusedRealm === null
        ? { state: 'address-forbidden', detail }
        : { state: 'realm-forbidden', realm: error.refusedRealm, detail };
    case 'rate-limited':
      return { state: 'rate-limited', detail };
    case 'unavailable':
      return { state: error.status !== null && error.status < 500 ? 'not-a-registry' : 'unreachable', detail };
    case 'not-found':
    case 'unsupported':
    case 'invalid-name':
    case 'bad-response':
    case 'digest-mismatch':
    case 'too-large':
      return { state: 'not-a-registry', detail };
  }
}
