import type { BodyProof, DeliveryHead, HeadVerdict } from '@strata/registry-events';
import type { Logger } from '@strata/runtime';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { RETRY_AFTER_SECONDS, UNASKED_BYTES } from './ceilings.js';
import type { HookSource } from './hook-source.js';
import { leaveUnread } from './leave-unread.js';

/** The routes that take a body: the second is for senders whose secret is in the path. */
const HOOK_ROUTES: ReadonlySet<string | undefined> = new Set(['/hooks/:source', '/hooks/:source/:token']);

/** A delivery whose sender was let through so far. */
export interface AdmittedDelivery {
  readonly source: HookSource;
  readonly headers: DeliveryHead['headers'];
  /** What the body has yet to prove; null when the head has proven enough. */
  readonly proof: BodyProof | null;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Null for every request that is no delivery. */
    delivery: AdmittedDelivery | null;
  }
}

/** What the check needs besides the request. */
export interface SenderTools {
  readonly sources: ReadonlyMap<string, HookSource>;
  readonly logger: Pick<Logger, 'warn'>;
  readonly now: () => Date;
}

/**
 * The hook of Fastify that runs before any body is read: an unknown path or source is 404, a sender without a secret
 * is 401, and of neither's body more than 64 KiB is read (CVE-2026-42294 is the case where it was). A well-formed
 * signature is let through with its proof, for `readBody` to finish.
 */
export function checkSender(tools: SenderTools) {
  return (request: FastifyRequest, reply: FastifyReply, done: () => void): void => {
    if (!request.is404 && !HOOK_ROUTES.has(request.routeOptions.url)) return done();
    const source = request.is404 ? undefined : tools.sources.get(sourceNameOf(request) ?? '');
    const head = headOf(request);
    if (source === undefined || (head.pathToken !== null && source.credentialIn !== 'path')) {
      return refuse(request, reply, 404, 'not found');
    }
    const admit = (verdict: HeadVerdict): void => {
      if (verdict === 'refused') {
        void reply.header('www-authenticate', source.challenge);
        return refuse(request, reply, 401, 'unauthorized');
      }
      request.delivery = { source, headers: head.headers, proof: verdict === 'accepted' ? null : verdict };
      // Fastify answers 415 to a media type that it cannot parse; here only the body counts, never what it is called.
      request.raw.headers['content-type'] = 'application/octet-stream';
      done();
    };
    const verdict = isOpenQuestion(request, source) ? 'accepted' : source.checkHead(head, tools.now());
    if (!(verdict instanceof Promise)) return admit(verdict);
    verdict.then(admit, (error: unknown) => {
      tools.logger.warn({ err: error, source: source.name }, 'nobody can say whether a delivery is genuine');
      void reply.header('retry-after', String(RETRY_AFTER_SECONDS));
      refuse(request, reply, 503, 'the sender cannot be checked now, send it again');
    });
  };
}

/**
 * Senders ask with OPTIONS whether they may send at all (CloudEvents, "HTTP 1.1 Web Hooks", 4), and have no way to add a
 * header there; the answer gives nothing away. A secret in the URL is checked even so.
 */
function isOpenQuestion({ method }: FastifyRequest, { credentialIn }: HookSource): boolean {
  return method === 'OPTIONS' && credentialIn === 'headers';
}

function headOf(request: FastifyRequest): DeliveryHead {
  const headers = new Map<string, string>();
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(', ') : value);
  }
  const queryAt = request.url.indexOf('?');
  return {
    headers,
    query: new URLSearchParams(queryAt < 0 ? '' : request.url.slice(queryAt)),
    pathToken: parameterOf(request, 'token'),
  };
}

/** The source that a request is for, configured or not; null where its path names none. */
export function sourceNameOf(request: FastifyRequest): string | null {
  return parameterOf(request, 'source');
}

function parameterOf({ params }: FastifyRequest, name: 'source' | 'token'): string | null {
  if (typeof params !== 'object' || params === null || !(name in params)) return null;
  const value: unknown = Reflect.get(params, name);
  return typeof value === 'string' ? value : null;
}

function refuse(request: FastifyRequest, reply: FastifyReply, status: 401 | 404 | 503, error: string): void {
  void reply.code(status).send({ error });
  leaveUnread(request.raw, UNASKED_BYTES);
}
