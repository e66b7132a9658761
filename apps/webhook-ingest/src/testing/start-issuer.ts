import { once } from 'node:events';
import { createServer } from 'node:http';
import { createTestIssuer, type TestIssuer } from '@strata/registry-events/testing';

/** An OpenID provider on loopback, as far as checking its tokens needs it. */
export interface RunningIssuer extends TestIssuer {
  readonly url: string;
  /** How often its keys were asked for. */
  readonly keysAsked: () => number;
  /** What it answers from now on, instead of its documents. */
  fail: ((path: string) => { readonly status: number; readonly body: string } | null) | null;
  stop(): Promise<void>;
}

/** Starts a provider on a port of its own. */
export async function startIssuer(): Promise<RunningIssuer> {
  const issuer = createTestIssuer();
  let keysAsked = 0;
  const server = createServer((request, response) => {
    const path = request.url ?? '';
    if (path === '/keys') keysAsked += 1;
    const failure = running.fail?.(path) ?? null;
    response.statusCode = failure?.status ?? 200;
    response.end(failure?.body ?? JSON.stringify(path === '/keys' ? issuer.keys() : issuer.discovery(running.url)));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const running: RunningIssuer = {
    ...issuer,
    url: `http://127.0.0.1:${port}`,
    keysAsked: () => keysAsked,
    fail: null,
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  return running;
}
