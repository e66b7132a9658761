import { lookup as systemLookup } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { Agent } from 'undici';
import { guardedConnector } from './address/guarded-connector.js';
import { openTlsContexts, type TlsSettings } from './address/tls-context.js';
import type { Tools } from './ask-registry.js';
import { openAuthorizer } from './auth/authorizer.js';
import { parseAllowedRealms } from './auth/check-realm.js';
import { checkAccess } from './check-access.js';
import { fetchBlobSize } from './fetch-blob-size.js';
import { openCredentials } from './credentials/open-credentials.js';
import { fetchConfig } from './fetch-config.js';
import { fetchManifest } from './fetch-manifest.js';
import { holdsManifest } from './holds-manifest.js';
import type { Line } from './http/send.js';
import { withinLimits } from './http/within-limits.js';
import { LIMITS } from './limits.js';
import { openListings } from './listing/open-listings.js';
import { openPace } from './manners/pace.js';
import { observeTag } from './observe-tag.js';
import type { FetchedManifest, Registry, RegistryAccess } from './registry.js';
import { openSingleFlight } from './single-flight.js';
import { openSlots } from './slots.js';
import { streamBlob } from './stream-blob.js';

/** What an operator or a test may set; everything has a default that is right for a public registry. */
export interface RegistryOptions {
  /** Token servers besides the registry's own host, such as `auth.docker.io`. Default: none. */
  readonly allowedRealms?: readonly string[];
  /** Questions under way at once. Default: 4. */
  readonly maxInFlight?: number;
  /** Requests that may leave in a second. Default: as many as are answered. */
  readonly requestsPerSecond?: number | null;
  /** How many may leave at once after a rest, where `requestsPerSecond` is set. Default: that many, at least 1. */
  readonly burst?: number;
  /** Silence that ends a request. Default: 5,000. */
  readonly idleTimeoutMs?: number;
  /** Time for one question, with its token and redirects. Default: 30,000. */
  readonly totalTimeoutMs?: number;
  /** Default: the system's authorities, and no certificate of our own. */
  readonly tls?: TlsSettings;
  /** Turns names into addresses. Default: the system's resolver. */
  readonly lookup?: LookupFunction;
  /** The time in milliseconds since 1970. Default: the system's clock. */
  readonly now?: () => number;
  /** From 0 up to, not including, 1. Default: `Math.random`. */
  readonly random?: () => number;
  /** Waits. Default: the system's timer. */
  readonly sleep?: (delayMs: number, signal: AbortSignal) => Promise<void>;
}

/**
 * Opens the one way to read a registry. Connections are kept and pooled until `close`. Throws `TypeError` for
 * a base URL that is not HTTP or carries a password (that is what `credentials` is for), and for certificates that
 * cannot be used.
 */
export function openRegistry(access: RegistryAccess, options: RegistryOptions = {}): Registry {
  const { maxInFlight = 4, totalTimeoutMs = LIMITS.totalTimeoutMs } = options;
  const tools = openTools(access, options);
  const within = <T>(signal: AbortSignal | undefined, talk: (signal: AbortSignal) => Promise<T>) =>
    withinLimits(totalTimeoutMs, signal, talk);
  const slots = openSlots(maxInFlight);
  const manifests = openSingleFlight<FetchedManifest>();
  const configs = openSingleFlight<Uint8Array>();
  const inTurn = <T>(signal: AbortSignal | undefined, talk: (signal: AbortSignal) => Promise<T>) =>
    slots.run(() => within(signal, talk), signal);
  return {
    fetchManifest: (repository, digest, signal) =>
      manifests.run(
        `${repository}@${digest}`,
        (shared) => inTurn(shared, (limited) => fetchManifest(tools, repository, digest, limited)),
        signal,
      ),
    fetchConfig: (repository, digest, signal) =>
      configs.run(
        `${repository}@${digest}`,
        (shared) => inTurn(shared, (limited) => fetchConfig(tools, repository, digest, limited)),
        signal,
      ),
    streamBlob: (repository, blob, signal) => inTurn(signal, (limited) => streamBlob(tools, repository, blob, limited)),
    fetchBlobSize: (repository, digest, signal) =>
      inTurn(signal, (limited) => fetchBlobSize(tools, repository, digest, limited)),
    observeTag: (repository, tag, signal) => inTurn(signal, (limited) => observeTag(tools, repository, tag, limited)),
    holdsManifest: (repository, digest, signal) =>
      inTurn(signal, (limited) => holdsManifest(tools, repository, digest, limited)),
    ...openListings(tools, inTurn),
    checkAccess: (signal) => checkAccess(tools, access.credentials !== null, (talk) => inTurn(signal, talk)),
    close: () => tools.line.dispatcher.destroy(),
  };
}

/** What reading and writing share: connections, manners and proofs of who we are. Throws `TypeError` as `openRegistry` does. */
export function openTools(access: RegistryAccess, options: RegistryOptions): Tools {
  const { baseUrl } = access;
  if (!/^https?:$/.test(baseUrl.protocol)) throw new TypeError(`a registry is read over HTTP, not ${baseUrl.protocol}`);
  if (baseUrl.username !== '' || baseUrl.password !== '') throw new TypeError('credentials do not belong into a URL');
  const { maxInFlight = 4, totalTimeoutMs = LIMITS.totalTimeoutMs, now = Date.now } = options;
  const line = openLine(access, options, maxInFlight);
  const authorizer = openAuthorizer({
    line,
    baseUrl,
    credentials: openCredentials(access.credentials, baseUrl, { now }),
    allowedOrigins: parseAllowedRealms(options.allowedRealms ?? []),
    now,
    within: (signal, talk) => withinLimits(totalTimeoutMs, signal, talk),
  });
  return { baseUrl, line, authorizer, now };
}

function openLine(access: RegistryAccess, options: RegistryOptions, maxInFlight: number): Line {
  const { idleTimeoutMs = LIMITS.idleTimeoutMs, tls = {} } = options;
  const connect = guardedConnector(
    {
      ownHost: access.baseUrl.hostname.replace(/^\[|\]$/g, ''),
      allowPrivateNetwork: access.allowPrivateNetwork,
    },
    {
      lookup: options.lookup ?? systemLookup,
      timeoutMs: idleTimeoutMs,
      tls: { ...openTlsContexts(tls), insecure: tls.insecure ?? false },
    },
  );
  // A token fetch must never wait for the slots that wait for it.
  const dispatcher = new Agent({ connect, connections: maxInFlight + 1, pipelining: 1 });
  const { requestsPerSecond = null, now = Date.now, random = Math.random } = options;
  const { burst = Math.max(requestsPerSecond ?? 1, 1) } = options;
  const pace = openPace({
    baseUrl: access.baseUrl,
    rate: { requestsPerSecond, burst },
    concurrency: maxInFlight,
    now,
    random,
    sleep: options.sleep ?? ((delayMs, signal) => setTimeout(delayMs, undefined, { signal })),
  });
  return { dispatcher, idleTimeoutMs, pace };
}
