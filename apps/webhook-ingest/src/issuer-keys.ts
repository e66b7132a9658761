import { createRemoteJWKSet, customFetch, type JWTVerifyGetKey } from 'jose';
import { z } from 'zod';

/** Finds the key that a token names, among those that its issuer publishes. */
export type IssuerKeys = JWTVerifyGetKey;

/** Says that nobody can tell at the moment whether a token is good. */
export class KeysUnavailableError extends Error {
  override readonly name = 'KeysUnavailableError';
  constructor(issuer: string, options?: ErrorOptions) {
    super(`the keys of ${issuer} cannot be had`, options);
  }
}

/** Below the shortest time that a sender with such tokens waits. */
const FETCH_TIMEOUT_MS = 3_000;
/** Keys are asked for again after this long, so that one that was withdrawn is forgotten. */
const KEYS_MAX_AGE_MS = 3_600_000;
/** A token with an unknown key makes us ask again, but not more often than this. */
const UNKNOWN_KEY_PAUSE_MS = 30_000;
/** After a failure nobody is asked for this long, however many tokens come in. */
const FAILURE_PAUSE_MS = 2_000;
const MAX_DOCUMENT_BYTES = 256 * 1024;

const Discovery = z.object({ issuer: z.string(), jwks_uri: z.url() });
const Keys = z.looseObject({ keys: z.array(z.looseObject({})) });

/**
 * The keys of an OpenID issuer, through its discovery document (OpenID Connect Discovery 1.0, section 4), cached. Rejects
 * with `KeysUnavailableError`; asks nobody before the first token.
 */
export function createIssuerKeys(issuer: string): IssuerKeys {
  const ask = boundedAsk(issuer);
  let keys: Promise<IssuerKeys> | undefined;
  const discover = async (): Promise<IssuerKeys> => {
    const isOfIssuer = (found: z.output<typeof Discovery>): boolean =>
      found.issuer === issuer && isAsSafeAs(found.jwks_uri, issuer);
    const document = Discovery.refine(isOfIssuer, 'its discovery document is not one of this issuer');
    const { jwks_uri: address } = await ask(`${issuer}/.well-known/openid-configuration`, document);
    return createRemoteJWKSet(new URL(address), {
      timeoutDuration: FETCH_TIMEOUT_MS,
      cooldownDuration: UNKNOWN_KEY_PAUSE_MS,
      cacheMaxAge: KEYS_MAX_AGE_MS,
      [customFetch]: async (url) => Response.json(await ask(url, Keys)),
    });
  };
  return async (header, token) => {
    keys ??= discover().catch((error: unknown) => {
      keys = undefined;
      throw error;
    });
    return (await keys)(header, token);
  };
}

/** An https issuer does not send us to http, where anybody could answer. */
function isAsSafeAs(url: string, issuer: string): boolean {
  const { protocol } = new URL(url);
  return protocol === 'https:' || protocol === new URL(issuer).protocol;
}

/**
 * GET, answered with 200, not too much, and what was expected; every failure is a `KeysUnavailableError`, and repeated for
 * a while without asking.
 */
function boundedAsk(issuer: string): <T>(url: string, expected: z.ZodType<T>) => Promise<T> {
  let failure: { readonly error: KeysUnavailableError; readonly atMs: number } | null = null;
  return async (url, expected) => {
    if (failure !== null && performance.now() - failure.atMs < FAILURE_PAUSE_MS) throw failure.error;
    try {
      const answer = await fetch(url, { redirect: 'error', signal: AbortSignal.timeout(FETCH_TIMEOUT_MS) });
      if (answer.status !== 200) throw new Error(`${url} answered ${answer.status}`);
      return expected.parse(JSON.parse(await readText(answer)));
    } catch (error) {
      failure = { error: new KeysUnavailableError(issuer, { cause: error }), atMs: performance.now() };
      throw failure.error;
    }
  };
}

async function readText({ body }: Response): Promise<string> {
  const reader: ReadableStreamDefaultReader<Uint8Array> | undefined = body?.getReader();
  const chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  for (let part = await reader?.read(); part?.value !== undefined; part = await reader?.read()) {
    sizeBytes += part.value.length;
    if (sizeBytes > MAX_DOCUMENT_BYTES) throw new Error(`more than ${MAX_DOCUMENT_BYTES} bytes`);
    chunks.push(part.value);
  }
  return Buffer.concat(chunks).toString();
}
