import type { FastifyReply, FastifyRequest } from 'fastify';
import { UNASKED_BYTES } from './ceilings.js';
import type { HookSource } from './hook-source.js';
import { leaveUnread } from './leave-unread.js';

/** The one route that takes a body. */
export const HOOK_ROUTE = '/hooks/:source';

declare module 'fastify' {
  interface FastifyRequest {
    /** The headers of a delivery as it was sent, lower-case names; null for every other request. */
    deliveryHeaders: ReadonlyMap<string, string> | null;
  }
}

function headersOf(request: FastifyRequest): ReadonlyMap<string, string> {
  const headers = new Map<string, string>();
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(', ') : value);
  }
  return headers;
}

/**
 * The hook of Fastify that runs before any body is read: an unknown path or source is 404, a sender without a secret
 * is 401, and of neither's body more than 64 KiB is read (CVE-2026-42294 is the case where it was).
 */
export function checkSender(sources: ReadonlyMap<string, HookSource>) {
  return (request: FastifyRequest, reply: FastifyReply, done: () => void): void => {
    if (!request.is404 && request.routeOptions.url !== HOOK_ROUTE) return done();
    const source = request.is404 ? undefined : sources.get(sourceNameOf(request));
    if (source === undefined) return refuse(request, reply, 404, 'not found');
    const headers = headersOf(request);
    if (!source.dialect.authenticate(headers, source.secrets)) {
      void reply.header('www-authenticate', 'Bearer');
      return refuse(request, reply, 401, 'unauthorized');
    }
    request.deliveryHeaders = headers;
    // Fastify answers 415 to a media type that it cannot parse; here only the body counts, never what it is called.
    request.raw.headers['content-type'] = 'application/octet-stream';
    done();
  };
}

function sourceNameOf({ params }: FastifyRequest): string {
  const named = typeof params === 'object' && params !== null && 'source' in params ? params.source : undefined;
  return typeof named === 'string' ? named : '';
}

function refuse(request: FastifyRequest, reply: FastifyReply, status: 401 | 404, error: string): void {
  void reply.code(status).send({ error });
  leaveUnread(request.raw, UNASKED_BYTES);
}
