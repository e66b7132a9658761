import { once } from 'node:events';
import { createServer } from 'node:net';

/** The wanted port if nobody listens there, else a free one: a demonstration should not fail over a number. */
export async function portOrFree(wanted: number, host = '127.0.0.1'): Promise<number> {
  return (await listenOnce(wanted, host)) ?? (await listenOnce(0, host)) ?? 0;
}

async function listenOnce(port: number, host: string): Promise<number | null> {
  const server = createServer();
  try {
    server.listen(port, host);
    await once(server, 'listening');
    const address = server.address();
    return typeof address === 'object' && address !== null ? address.port : null;
  } catch {
    return null; // taken, or not ours to take
  } finally {
    server.close();
  }
}
