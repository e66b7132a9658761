import { lookup as systemLookup } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { Agent } from 'undici';
import { guardedConnector } from './address/guarded-connector.js';
import type { Tools } from './ask-registry.js';
import { openAuthorizer } from './auth/authorizer.js';
import { parseAllowedRealms } from './auth/check-realm.js';
import { checkAccess } from './check-access.js';
import { fetchConfig } from './fetch-config.js';
import { fetchManifest } from './fetch-manifest.js';
import { holdsManifest } from './holds-manifest.js';
import { withinLimits } from './http/within-limits.js';
import { LIMITS } from './limits.js';
import { openListings } from './listing/open-listings.js';
import { observeTag } from './observe-tag.js';
import type { Registry, RegistryAccess } from './registry.js';
import { openSlots } from './slots.js';

/** What an operator or a test may set; everything has a default that is right for a public registry. */
export interface RegistryOptions {
  /** Token servers besides the registry's own host, such as `auth.docker.io`. Default: none. */
  readonly allowedRealms?: readonly string[];
  /** Questions under way at once. Default: 4. */
  readonly maxInFlight?: number;
  /** Silence that ends a request. Default: 5,000. */
  readonly idleTimeoutMs?: number;
  /** Time for one question, with its token and redirects. Default: 30,000. */
  readonly totalTimeoutMs?: number;
  /** PEM certificates to trust instead of the system's. */
  readonly certificateAuthorities?: string;
  /** Turns names into addresses. Default: the system's resolver. */
  readonly lookup?: LookupFunction;
  /** The time in milliseconds since 1970. Default: the system's clock. */
  readonly now?: () => number;
}

/**
 * Opens the one way to read a registry. Connections are kept and pooled until `close`. Throws `TypeError` for
 * a base URL that is not HTTP or carries a password (that is what `credentials` is for).
 */
export function openRegistry(access: RegistryAccess, options: RegistryOptions = {}): Registry {
  const { baseUrl } = access;
  if (!/^https?:$/.test(baseUrl.protocol)) throw new TypeError(`a registry is read over HTTP, not ${baseUrl.protocol}`);
  if (baseUrl.username !== '' || baseUrl.password !== '') throw new TypeError('credentials do not belong into a URL');
  const { maxInFlight = 4, totalTimeoutMs = LIMITS.totalTimeoutMs, now = Date.now } = options;
  const line = openLine(access, options, maxInFlight);
  const within = <T>(signal: AbortSignal | undefined, talk: (signal: AbortSignal) => Promise<T>) =>
    withinLimits(totalTimeoutMs, signal, talk);
  const authorizer = openAuthorizer({
    line,
    access,
    allowedOrigins: parseAllowedRealms(options.allowedRealms ?? []),
    now,
    detached: (talk) => within(undefined, talk),
  });
  const tools: Tools = { baseUrl, line, authorizer, now };
  const slots = openSlots(maxInFlight);
  const inTurn = <T>(signal: AbortSignal | undefined, talk: (signal: AbortSignal) => Promise<T>) =>
    slots.run(() => within(signal, talk), signal);
  return {
    fetchManifest: (repository, digest, signal) =>
      inTurn(signal, (limited) => fetchManifest(tools, repository, digest, limited)),
    fetchConfig: (repository, digest, signal) =>
      inTurn(signal, (limited) => fetchConfig(tools, repository, digest, limited)),
    observeTag: (repository, tag, signal) => inTurn(signal, (limited) => observeTag(tools, repository, tag, limited)),
    holdsManifest: (repository, digest, signal) =>
      inTurn(signal, (limited) => holdsManifest(tools, repository, digest, limited)),
    ...openListings(tools, inTurn),
    checkAccess: (signal) => checkAccess(tools, access.credentials !== null, (talk) => inTurn(signal, talk)),
    close: () => line.dispatcher.destroy(),
  };
}

function openLine(access: RegistryAccess, options: RegistryOptions, maxInFlight: number) {
  const { idleTimeoutMs = LIMITS.idleTimeoutMs } = options;
  const connect = guardedConnector(
    {
      ownHost: access.baseUrl.hostname.replace(/^\[|\]$/g, ''),
      allowPrivateNetwork: access.allowPrivateNetwork,
    },
    {
      lookup: options.lookup ?? systemLookup,
      timeoutMs: idleTimeoutMs,
      certificateAuthorities: options.certificateAuthorities ?? null,
    },
  );
  // A token fetch must never wait for the slots that wait for it.
  return { dispatcher: new Agent({ connect, connections: maxInFlight + 1, pipelining: 1 }), idleTimeoutMs };
}
