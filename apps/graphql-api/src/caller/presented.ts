import type { IncomingMessage } from 'node:http';
import { isIPv4 } from 'node:net';
import type { Presented } from './authenticator.js';

/** What a request shows of its sender. */
export function presentedBy(request: IncomingMessage): Presented {
  return {
    authorization: request.headers.authorization ?? null,
    get isLocal() {
      return isLocalRequest(request); // it reads an address and a URL, and most callers need neither
    },
  };
}

/** Headers by which a proxy says that it speaks for somebody else. */
const FORWARDED = ['forwarded', 'x-forwarded-for', 'x-real-ip', 'via'] as const;

/**
 * Whether a program on this machine asks for itself. The address alone does not say so: a proxy here speaks for others,
 * and a page in a browser here may have any name for us, as long as that name leads to loopback (DNS rebinding).
 */
export function isLocalRequest({ socket, headers }: Pick<IncomingMessage, 'socket' | 'headers'>): boolean {
  const host = headers.host ?? '';
  return (
    isLoopback(socket.remoteAddress ?? '') &&
    FORWARDED.every((name) => headers[name] === undefined) &&
    URL.canParse(`http://${host}`) &&
    isLoopback(new URL(`http://${host}`).hostname.replace(/^\[|\]$/g, ''))
  );
}

function isLoopback(host: string): boolean {
  const plain = host.replace(/^::ffff:/, '');
  return plain === 'localhost' || plain === '::1' || (isIPv4(plain) && plain.startsWith('127.'));
}
