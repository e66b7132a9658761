import { once } from 'node:events';
import { createServer } from 'node:http';
import { createTestIssuer } from '@strata/registry-events/testing';

/** An OpenID provider on loopback whose tokens a hook can check. */
export interface Issuer {
  readonly url: string;
  /** A token for an audience, good for an hour. */
  readonly token: (audience: string) => string;
  stop(): Promise<void>;
}

/** Starts one on a port of its own. */
export async function startIssuer(): Promise<Issuer> {
  const issuer = createTestIssuer();
  const server = createServer((request, response) => {
    response.end(JSON.stringify(request.url === '/keys' ? issuer.keys() : issuer.discovery(url)));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const url = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
  const tokens = new Map<string, string>(); // senders keep a token for as long as it is good
  return {
    url,
    token(audience) {
      const token =
        tokens.get(audience) ?? issuer.token({ iss: url, aud: audience, exp: Math.floor(Date.now() / 1_000) + 3_600 });
      tokens.set(audience, token);
      return token;
    },
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
