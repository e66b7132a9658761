import { randomUUID } from 'node:crypto';
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type RequestListener,
  type Server,
} from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { Digest } from '@strata/oci';
import { answer, refuse, type Call } from './call.js';
import { openGate, type FakeAuth, type Gate } from './gate.js';
import { misbehave, openScript, type Misbehaviour, type Script, type Where } from './misbehaviour.js';
import { startNotifier, type NotificationEndpoint, type Notifier } from './notifications.js';
import {
  openContent,
  repositoryOf,
  storeBlob,
  storeManifest,
  type RegistryContent,
  type StoredManifest,
} from './registry-content.js';
import { serveBlobs, serveUploads } from './serve-blobs.js';
import { openRateLimit, type FakeRateLimit, type RateLimit } from './rate-limit.js';
import { requestKindOf, type RequestCounts, type RequestKind } from './request-kind.js';
import { serveCatalog, serveReferrers, serveTags, type FakePaging } from './serve-listings.js';
import { serveManifests } from './serve-manifests.js';

/** How a fake registry is set up; everything has a default. */
export interface FakeRegistryOptions {
  /** Default: any free one. */
  readonly port?: number;
  readonly auth?: FakeAuth;
  readonly endpoints?: readonly NotificationEndpoint[];
  /** A certificate and key in PEM make it speak HTTPS. */
  readonly tls?: {
    readonly certificate: string;
    readonly key: string;
    /** Lets in only those who show a certificate of this authority. */
    readonly clientAuthority?: string;
  };
  /** What an earlier one held. Default: nothing. */
  readonly content?: RegistryContent;
  /** Refuses manifests whose blobs or children are missing, as real registries do. Default: true. */
  readonly checkReferences?: boolean;
  /** How long a tag lags behind its event. Default: 0. */
  readonly tagDelayMs?: number;
  /** Keeps a record of requests; a long bench does without. Default: true. */
  readonly record?: boolean;
  /** In milliseconds; tokens run out by it. Default: the system's clock. */
  readonly now?: () => number;
}

/** One request as it arrived. */
export interface RecordedRequest {
  readonly method: string;
  /** With the query. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  /** What was posted to the token server, as it arrived; null for everything else. */
  readonly form: string | null;
}

/** A registry in this process that speaks the real protocol over HTTP. */
export interface FakeRegistry {
  readonly url: URL;
  readonly content: RegistryContent;
  /** A new one for each start, as in real registries. */
  readonly instanceId: string;
  readonly requests: readonly RecordedRequest[];
  /** Since the start or since they were forgotten; counted without a record too. */
  counts(): RequestCounts;
  forgetRequests(): void;
  /** Connections so far, and the most requests that were under way at one moment. */
  load(): { readonly connections: number; readonly mostInFlight: number };
  /** Sets the scene without a push and without an event. With `tag` null only the manifest is stored. */
  put(repository: string, tag: string | null, manifest: StoredManifest): Digest;
  putBlob(repository: string, bytes: Uint8Array): Digest;
  /** Plans what happens to matching requests: each step once, the last one for ever. The newest plan wins. */
  misbehave(where: Where, ...steps: readonly Misbehaviour[]): void;
  /** How lists are handed out from now on. */
  pageAs(paging: FakePaging): void;
  /** From now on, with a fresh window; null lifts the limit. */
  limitRate(limit: FakeRateLimit | null): void;
  /** Everything goes well again. */
  behave(): void;
  addEndpoint(endpoint: NotificationEndpoint): void;
  /** Events that no endpoint has taken yet. */
  pendingEvents(): number;
  /** Resolves when every endpoint has taken every event. */
  eventsDelivered(): Promise<void>;
  /** A bearer token for everything, to push with. */
  issueToken(): string;
  revokeTokens(): void;
  /** Stops at once; events that were not delivered are lost, as they are with a real one. */
  close(): Promise<void>;
}

/** Starts one on 127.0.0.1. */
export async function startFakeRegistry(options: FakeRegistryOptions = {}): Promise<FakeRegistry> {
  const { content = openContent(), auth = { kind: 'none' }, now = Date.now } = options;
  const requests: Writable<RecordedRequest>[] = [];
  const notifiers: Notifier[] = [];
  const script = openScript();
  const gate = openGate(auth, now);
  const instanceId = randomUUID();
  const rateLimit = openRateLimit(now);
  const counts = new Map<RequestKind, number>();
  let paging: FakePaging = {};
  const load = { connections: 0, mostInFlight: 0 };
  let inFlight = 0;
  const scheme = options.tls === undefined ? 'http' : 'https';
  const server = listenerServer(options, (request, response) => {
    const url = new URL(request.url ?? '/', `${scheme}://${request.headers.host ?? 'localhost'}`);
    const kind = requestKindOf(request.method ?? '', url.pathname);
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
    const record = recordOf(request);
    if (options.record !== false) requests.push(record);
    const recordForm = (form: string) => void (record.form = form);
    load.mostInFlight = Math.max(load.mostInFlight, (inFlight += 1));
    response.once('close', () => (inFlight -= 1));
    const emit: Call['emit'] = (event) => notifiers.forEach((notifier) => notifier.accept(event));
    const { checkReferences = true, tagDelayMs = 0 } = options;
    const call = { request, response, url, content, checkReferences, tagDelayMs, paging, recordForm, emit };
    serve(call, { gate, script, rateLimit }).catch((error: unknown) =>
      response.destroy(error instanceof Error ? error : undefined),
    );
  });
  server.on('connection', () => (load.connections += 1));
  const port = await listen(server, options.port ?? 0);
  const addEndpoint = (endpoint: NotificationEndpoint) =>
    void notifiers.push(startNotifier(endpoint, { addr: `127.0.0.1:${port}`, instanceID: instanceId }));
  options.endpoints?.forEach(addEndpoint);
  return {
    url: new URL(`${scheme}://127.0.0.1:${port}`),
    content,
    instanceId,
    requests,
    load: () => ({ ...load }),
    counts: () => Object.fromEntries(counts),
    forgetRequests() {
      requests.length = 0;
      counts.clear();
    },
    put(repository, tag, manifest) {
      const digest = storeManifest(content, repository, manifest);
      if (tag !== null) repositoryOf(content, repository).tags.set(tag, digest);
      return digest;
    },
    putBlob: (repository, bytes) => storeBlob(content, repository, bytes),
    misbehave: (where, ...steps) => script.plan(where, steps),
    pageAs: (next) => void (paging = next),
    limitRate: (limit) => rateLimit.set(limit),
    behave() {
      script.clear();
      rateLimit.set(null);
      paging = {};
    },
    addEndpoint,
    pendingEvents: () => notifiers.reduce((sum, notifier) => sum + notifier.pending(), 0),
    eventsDelivered: async () => void (await Promise.all(notifiers.map((notifier) => notifier.drained()))),
    issueToken: () => gate.issue(),
    revokeTokens: () => gate.revoke(),
    async close() {
      for (const notifier of notifiers) notifier.stop();
      await new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections();
      });
    },
  };
}

async function serve(
  call: Call,
  { gate, script, rateLimit }: { readonly gate: Gate; readonly script: Script; readonly rateLimit: RateLimit },
): Promise<void> {
  const { method = '' } = call.request;
  const path = call.url.pathname;
  const step = script.next(method, path + call.url.search);
  if (step !== null && !(await misbehave(call, step))) return;
  if (path === '/token') return gate.serveToken(call);
  if (!rateLimit.admits(call)) return;
  const [, name = '', kind = '', rest = ''] =
    /^\/v2\/(.+?)\/(manifests|blobs\/uploads|blobs|tags|referrers)\/([^/]*)$/.exec(path) ?? [];
  if (!gate.admits(call, scopeOf(path, name, method))) return;
  if (path === '/v2/' || path === '/v2') return answer(call, 200, { 'content-type': 'application/json' }, '{}');
  if (path === '/v2/_catalog') return serveCatalog(call);
  if (kind === 'manifests') return serveManifests(call, name, rest);
  if (kind === 'blobs/uploads') return serveUploads(call, name, rest);
  if (kind === 'blobs') return serveBlobs(call, name, rest);
  if (kind === 'referrers') return serveReferrers(call, name, rest);
  if (kind === 'tags' && rest === 'list') return serveTags(call, name);
  return refuse(call, 404, 'UNSUPPORTED', 'no such endpoint');
}

function scopeOf(path: string, name: string, method: string): string {
  if (path === '/v2/_catalog') return 'registry:catalog:*';
  if (name === '') return '';
  const isRead = method === 'GET' || method === 'HEAD';
  return `repository:${name}:${isRead ? 'pull' : method === 'DELETE' ? 'delete' : 'pull,push'}`;
}

type Writable<T> = { -readonly [K in keyof T]: T[K] };

function recordOf({ method = '', url = '', headers }: IncomingMessage): Writable<RecordedRequest> {
  return { method, path: url, headers, form: null };
}

function listenerServer({ tls }: FakeRegistryOptions, listener: RequestListener): Server {
  return tls === undefined
    ? createServer(listener)
    : createTlsServer(
        {
          key: tls.key,
          cert: tls.certificate,
          ...(tls.clientAuthority === undefined ? {} : { ca: tls.clientAuthority, requestCert: true }),
        },
        listener,
      );
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      if (address === null || typeof address === 'string') reject(new Error('no TCP address'));
      else resolve(address.port);
    });
  });
}
