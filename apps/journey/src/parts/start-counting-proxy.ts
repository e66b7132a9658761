import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';

/** How often a registry was asked for what. */
export interface AskedFor {
  readonly heads: number;
  /** By digest. */
  readonly manifests: number;
  readonly configs: number;
  readonly lists: number;
  /** Whatever would change the registry. */
  readonly writes: number;
}

/** Stands between the product and a registry and counts; it changes nothing, and fails only where it is told to. */
export interface CountingProxy {
  readonly url: string;
  asked(): AskedFor;
  forget(): void;
  /** From now on requests that match, as `METHOD path`, are answered with 500 and go no further; null ends that. */
  failOn(pattern: RegExp | null): void;
  close(): Promise<void>;
}

const NOTHING: AskedFor = { heads: 0, manifests: 0, configs: 0, lists: 0, writes: 0 };

/** Starts one in front of a registry, on a free port of this machine. */
export async function startCountingProxy(registryUrl: string): Promise<CountingProxy> {
  let asked = NOTHING;
  let failing: RegExp | null = null;
  const pass = (incoming: IncomingMessage, outgoing: ServerResponse): void => {
    const { method = 'GET', url = '/', headers } = incoming;
    const kind = kindOf(method, url);
    if (kind !== null) asked = { ...asked, [kind]: asked[kind] + 1 };
    if (failing?.test(`${method} ${url}`) === true) {
      incoming.resume();
      outgoing.writeHead(500).end();
      return;
    }
    const forward = request(new URL(url, registryUrl), { method, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    forward.on('error', () => outgoing.destroy());
    incoming.pipe(forward);
  };
  const server = createServer(pass);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('a TCP server has no port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    asked: () => asked,
    forget: () => void (asked = NOTHING),
    failOn: (pattern) => void (failing = pattern),
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function kindOf(method: string, url: string): keyof AskedFor | null {
  if (method !== 'GET' && method !== 'HEAD') return 'writes';
  if (/_catalog|\/tags\/list/.test(url)) return 'lists';
  if (/\/blobs\/sha256:/.test(url)) return 'configs';
  if (!url.includes('/manifests/')) return null;
  return method === 'HEAD' ? 'heads' : 'manifests';
}
