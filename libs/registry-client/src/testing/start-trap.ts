import { createServer, type Socket } from 'node:net';

/** A listener that nobody should reach: it answers nothing and counts everything. */
export interface Trap {
  readonly port: number;
  readonly connections: number;
  /** Every byte that arrived, TLS greetings included. */
  readonly receivedBytes: number;
  close(): Promise<void>;
}

/** Starts one on 127.0.0.1. */
export async function startTrap(): Promise<Trap> {
  const sockets = new Set<Socket>();
  const counts = { connections: 0, receivedBytes: 0 };
  const server = createServer((socket) => {
    counts.connections += 1;
    sockets.add(socket);
    socket.on('data', (bytes) => (counts.receivedBytes += bytes.byteLength)).on('error', () => undefined);
  });
  const port = await new Promise<number>((resolve, reject) => {
    server.once('error', reject).listen(0, '127.0.0.1', () => {
      const address = server.address();
      if (address === null || typeof address === 'string') reject(new Error('no TCP address'));
      else resolve(address.port);
    });
  });
  return {
    port,
    get connections() {
      return counts.connections;
    },
    get receivedBytes() {
      return counts.receivedBytes;
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
