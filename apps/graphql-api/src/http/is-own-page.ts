import type { IncomingMessage } from 'node:http';

/**
 * Whether a WebSocket is opened by a program or by a page of this very host. A browser lets any page open one
 * anywhere and only says, in `Origin`, whose page it is (RFC 6455, 10.2).
 */
export function isOwnPage({ req }: { readonly req: IncomingMessage }): boolean {
  const { origin, host } = req.headers;
  if (origin === undefined) return true;
  return URL.canParse(origin) && new URL(origin).host === host;
}
